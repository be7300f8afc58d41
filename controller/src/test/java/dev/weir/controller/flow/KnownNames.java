package dev.weir.controller.flow;

import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.table.EndpointPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names out of maps. */
final class KnownNames implements FlowNames {
    final Map<Integer, Endpoint> endpoints = new HashMap<>();
    final Map<Integer, IdentityInfo> identities = new HashMap<>();
    final Map<Integer, RuleRef> rules = new HashMap<>();
    List<ObjectMeta> isolating = List.of();

    /** An endpoint with the address that SimulatedDatapath gives its number. */
    static Endpoint endpoint(final int number, final String pod, final Map<String, String> labels) {
        return endpoint(number, pod, labels, IpAddress.ofIpv4(0x0A01_0000 + number));
    }

    static Endpoint endpoint(
            final int number,
            final String pod,
            final Map<String, String> labels,
            final IpAddress address) {
        return new Endpoint(
                pod + "-eth0",
                number,
                "c-" + pod,
                "",
                "default",
                pod,
                labels,
                List.of(),
                1000 + number,
                List.of(address),
                new MacAddress(0x0200_0000_0000L + number),
                "eth0",
                "veth" + number,
                100 + number,
                "/run/netns/" + pod,
                4_026_532_300L + number,
                number,
                List.of(),
                EndpointPolicy.OPEN,
                1);
    }

    Endpoint add(final int number, final String pod) {
        final Endpoint endpoint = endpoint(number, pod, Map.of("app", pod));
        endpoints.put(number, endpoint);
        return endpoint;
    }

    @Override
    public Optional<Endpoint> endpoint(final int number) {
        return Optional.ofNullable(endpoints.get(number));
    }

    @Override
    public Optional<Endpoint> endpoint(final IpAddress address) {
        return endpoints.values().stream()
                .filter(endpoint -> endpoint.addresses().contains(address))
                .findAny();
    }

    @Override
    public Optional<IdentityInfo> identity(final int identity) {
        return Optional.ofNullable(identities.get(identity));
    }

    @Override
    public Optional<RuleRef> rule(final int rule) {
        return Optional.ofNullable(rules.get(rule));
    }

    @Override
    public List<ObjectMeta> isolating(
            final Endpoint endpoint, final Direction direction, final Instant when) {
        return isolating;
    }
}
