package dev.weir.controller.app;

import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.PolicyTiers;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowNames;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Names for flow records, from what is in force; rules that are gone are remembered a while. */
final class SnapshotNames implements FlowNames {
    private static final int REMEMBERED = 8_192;

    /** Denials are mostly asked about soon; states share what did not change. */
    private static final int STATES = 8;

    private final Clock clock;

    private final Map<Integer, RuleRef> remembered =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(final Map.Entry<Integer, RuleRef> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private volatile Names names = new Names(Map.of(), Map.of(), Map.of(), Map.of());

    /**
     * @param clock tells when a snapshot was published
     */
    SnapshotNames(final Clock clock) {
        this.clock = clock;
    }

    private record Names(
            Map<Integer, Endpoint> endpoints,
            Map<IpAddress, Endpoint> addresses,
            Map<Integer, IdentityInfo> identities,
            Map<Integer, RuleRef> rules) {}

    /** What was desired lately, newest first. */
    private final Deque<Past> past = new ConcurrentLinkedDeque<>();

    /**
     * @param since it holds
     * @param answers that were given
     */
    private record Past(
            Instant since, DesiredState desired, Map<Subject, List<ObjectMeta>> answers) {
        List<ObjectMeta> isolating(final Subject subject) {
            return answers.computeIfAbsent(
                    subject,
                    one ->
                            PolicyTiers.of(desired, one.spec(), one.direction)
                                    .networkPolicies()
                                    .stream()
                                    .filter(policy -> !policy.audit())
                                    .map(NetworkPolicy::meta)
                                    .toList());
        }
    }

    private record Subject(String namespace, Map<String, String> labels, Direction direction) {
        EndpointSpec spec() {
            return new EndpointSpec(0, namespace, "", labels, List.of(), List.of());
        }
    }

    /** From here on the names of this snapshot hold. */
    void published(final Snapshot snapshot) {
        past.addFirst(new Past(clock.instant(), snapshot.desired(), new ConcurrentHashMap<>()));
        if (past.size() > STATES) {
            past.removeLast();
        }
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

    /** A denial that comes before its policy was published is the next state's. */
    @Override
    public List<ObjectMeta> isolating(
            final Endpoint endpoint, final Direction direction, final Instant when) {
        final Subject subject = new Subject(endpoint.namespace(), endpoint.labels(), direction);
        List<ObjectMeta> later = List.of();
        for (final Past state : past) {
            final List<ObjectMeta> isolating = state.isolating(subject);
            if (!state.since().isAfter(when)) {
                return isolating.isEmpty() ? later : isolating;
            }
            later = isolating;
        }
        return List.of();
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
