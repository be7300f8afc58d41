package dev.weir.controller.compile;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;
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
    static Actor of(
            final VerdictQuery.Party party,
            final CompiledState compiled,
            final DesiredState desired) {
        if (party instanceof VerdictQuery.AddressParty outside) {
            final Integer owner = compiled.owners().get(outside.address());
            return new Actor(
                    Optional.ofNullable(owner).map(desired.endpoints()::get),
                    List.of(outside.address()));
        }
        final EndpointSpec endpoint =
                desired.endpoints().get(((VerdictQuery.EndpointParty) party).number());
        return new Actor(Optional.of(endpoint), endpoint.addresses());
    }

    /** The address the other side would meet: of a family it speaks too, if it has any. */
    Optional<IpAddress> seenFrom(final Actor other) {
        return addresses.stream()
                .filter(
                        address ->
                                other.addresses.stream()
                                        .anyMatch(o -> o.isIpv4() == address.isIpv4()))
                .findFirst()
                .or(() -> addresses.stream().findFirst());
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
