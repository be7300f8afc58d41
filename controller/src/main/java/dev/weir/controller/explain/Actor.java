package dev.weir.controller.explain;

import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One side of a question, found among endpoints and addresses.
 *
 * @param endpoint of this node, if it is one
 * @param addresses it may use; none for a container that does not exist
 */
record Actor(Optional<EndpointSpec> endpoint, List<IpAddress> addresses) {
    /**
     * @param owners endpoint number of each address of one
     */
    static Actor of(
            final VerdictQuery.Party party,
            final DesiredState desired,
            final Map<IpAddress, Integer> owners) {
        if (party instanceof VerdictQuery.AddressParty outside) {
            final Integer owner = owners.get(outside.address());
            return new Actor(
                    Optional.ofNullable(owner).map(desired.endpoints()::get),
                    List.of(outside.address()));
        }
        final EndpointSpec endpoint =
                desired.endpoints().get(((VerdictQuery.EndpointParty) party).number());
        return new Actor(Optional.of(endpoint), endpoint.addresses());
    }

    /**
     * The addresses at which the other side would meet it, one a family: of families that both
     * speak, else of its own.
     */
    List<IpAddress> seenFrom(final Actor other) {
        final List<IpAddress> common =
                addresses.stream()
                        .filter(
                                address ->
                                        other.addresses.stream()
                                                .anyMatch(o -> o.isIpv4() == address.isIpv4()))
                        .toList();
        final Map<Boolean, IpAddress> firsts = new TreeMap<>(Comparator.reverseOrder());
        (common.isEmpty() ? addresses : common)
                .forEach(address -> firsts.putIfAbsent(address.isIpv4(), address));
        return List.copyOf(firsts.values());
    }

    /** True for the two ends of traffic that never leaves a container. */
    boolean isSameAs(final Actor other) {
        return endpoint.isPresent()
                && other.endpoint.isPresent()
                && endpoint.get().number() == other.endpoint.get().number();
    }

    /** Who this is, with what the identity tells of an address. */
    String words(final IdentityInfo identity) {
        if (endpoint.isPresent()) {
            return name(endpoint.get()) + labels(endpoint.get());
        }
        final String address = addresses.get(0).toString();
        if (identity.host()) {
            return address + " (this node)";
        }
        return identity.cidrs().isEmpty()
                ? address + " (in no ipBlock)"
                : address
                        + identity.cidrs().stream()
                                .map(IpPrefix::toString)
                                .collect(Collectors.joining(", ", " (in ", ")"));
    }

    /** Without what is known about it. */
    String name() {
        return endpoint.map(Actor::name).orElseGet(() -> addresses.get(0).toString());
    }

    static String name(final EndpointSpec endpoint) {
        return endpoint.pod().isEmpty()
                ? "a container of namespace " + endpoint.namespace()
                : endpoint.namespace() + "/" + endpoint.pod();
    }

    private static String labels(final EndpointSpec endpoint) {
        return endpoint.labels().isEmpty()
                ? " without labels"
                : new TreeMap<>(endpoint.labels())
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .collect(Collectors.joining(",", " (", ")"));
    }
}
