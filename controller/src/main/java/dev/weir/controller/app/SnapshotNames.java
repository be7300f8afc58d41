package dev.weir.controller.app;

import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowNames;
import dev.weir.dataplane.layout.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names for flow records, from what is in force; rules that are gone are remembered a while. */
final class SnapshotNames implements FlowNames {
    private static final int REMEMBERED = 8_192;

    private final Map<Integer, RuleRef> remembered =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(final Map.Entry<Integer, RuleRef> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private volatile Names names = new Names(Map.of(), Map.of(), Map.of(), Map.of());

    private record Names(
            Map<Integer, Endpoint> endpoints,
            Map<IpAddress, Endpoint> addresses,
            Map<Integer, IdentityInfo> identities,
            Map<Integer, RuleRef> rules) {}

    /** From here on the names of this snapshot hold. */
    void published(final Snapshot snapshot) {
        final Map<Integer, RuleRef> before = names.rules();
        final Map<Integer, RuleRef> now = snapshot.compiled().rules();
        if (before != now) {
            synchronized (remembered) {
                before.forEach(
                        (number, rule) -> {
                            if (!now.containsKey(number)) {
                                remembered.put(number, rule);
                            }
                        });
            }
        }
        names =
                new Names(
                        snapshot.endpointsByNumber(),
                        byAddress(snapshot),
                        snapshot.compiled().identities(),
                        now);
    }

    private static Map<IpAddress, Endpoint> byAddress(final Snapshot snapshot) {
        final Map<IpAddress, Endpoint> owners = new HashMap<>();
        final Set<IpAddress> ambiguous = new HashSet<>();
        for (final Endpoint endpoint : snapshot.endpoints().values()) {
            for (final IpAddress address : endpoint.addresses()) {
                if (owners.put(address, endpoint) != null) {
                    ambiguous.add(address);
                }
            }
        }
        owners.keySet().removeAll(ambiguous);
        return owners;
    }

    @Override
    public Optional<Endpoint> endpoint(final int number) {
        return Optional.ofNullable(names.endpoints().get(number));
    }

    @Override
    public Optional<Endpoint> endpoint(final IpAddress address) {
        return Optional.ofNullable(names.addresses().get(address));
    }

    @Override
    public Optional<IdentityInfo> identity(final int identity) {
        return Optional.ofNullable(names.identities().get(identity));
    }

    @Override
    public Optional<RuleRef> rule(final int rule) {
        final RuleRef current = names.rules().get(rule);
        if (current != null) {
            return Optional.of(current);
        }
        synchronized (remembered) {
            return Optional.ofNullable(remembered.get(rule));
        }
    }
}
