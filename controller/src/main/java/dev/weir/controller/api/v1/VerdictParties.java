package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.explain.VerdictQuery.AddressParty;
import dev.weir.controller.explain.VerdictQuery.EndpointParty;
import dev.weir.controller.explain.VerdictQuery.LabelsParty;
import dev.weir.controller.explain.VerdictQuery.Party;
import dev.weir.dataplane.layout.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who may be asked about: an endpoint's or container's id, {@code namespace/pod}, a pod of {@code
 * default}, an address; or an object with {@code ip}, with {@code namespace} and {@code pod}, or
 * with {@code labels} (and {@code ports}, {@code ip}) of a container that need not exist; and with
 * {@code namespaceLabels} that its namespace is supposed to have.
 */
final class VerdictParties {
    /** Stands for a party that could not be read; the problem is noted. */
    private static final Party NOBODY = new EndpointParty(0);

    private final Snapshot snapshot;
    private final Fields fields;
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();

    VerdictParties(final Snapshot snapshot, final Fields fields) {
        this.snapshot = snapshot;
        this.fields = fields;
    }

    Party read(final ObjectNode question, final String field) {
        if (question.path(field) instanceof ObjectNode) {
            return fromObject((ObjectNode) question.path(field), field);
        }
        fields.require(field);
        final Optional<String> text = fields.text(field);
        return text.isEmpty() ? NOBODY : fromText(text.get(), field);
    }

    private Party fromText(final String text, final String field) {
        final Optional<Endpoint> byId = snapshot.endpoint(text);
        if (byId.isPresent()) {
            return new EndpointParty(byId.get().number());
        }
        final Optional<IpAddress> address = address(text);
        if (address.isPresent()) {
            return new AddressParty(address.get());
        }
        final int slash = text.indexOf('/');
        return byPod(
                slash < 0 ? "default" : text.substring(0, slash), text.substring(slash + 1), field);
    }

    /** Labels that namespaces are supposed to have, of the parties that were read. */
    Map<String, Map<String, String>> namespaces() {
        return namespaces;
    }

    /** The number that the receiver gave the name; without one the problem is noted. */
    int named(final Party to, final String name, final String protocol) {
        final List<NamedPort> ports = ports(to);
        final Optional<NamedPort> found =
                ports.stream()
                        .filter(port -> port.name().equals(name))
                        .filter(port -> port.protocol().equals(protocol))
                        .findFirst();
        if (found.isEmpty()) {
            fields.invalid(
                    "port",
                    name
                            + " is no "
                            + protocol
                            + " port of the receiver (expected: a number"
                            + (ports.isEmpty()
                                    ? "; it has named none"
                                    : ", or one of "
                                            + ports.stream()
                                                    .map(
                                                            port ->
                                                                    port.name()
                                                                            + "/"
                                                                            + port.protocol())
                                                    .distinct()
                                                    .sorted()
                                                    .collect(Collectors.joining(", ")))
                            + ")");
        }
        return found.map(NamedPort::port).orElse(0);
    }

    private List<NamedPort> ports(final Party party) {
        if (party instanceof LabelsParty supposed) {
            return supposed.ports();
        }
        final Integer number =
                party instanceof EndpointParty endpoint
                        ? Integer.valueOf(endpoint.number())
                        : snapshot.compiled().owners().get(((AddressParty) party).address());
        final Endpoint endpoint = number == null ? null : snapshot.endpointsByNumber().get(number);
        return endpoint == null ? List.of() : endpoint.ports();
    }

    private Party fromObject(final ObjectNode object, final String field) {
        final Fields party =
                fields.in(object, field)
                        .only("ip", "namespace", "namespaceLabels", "pod", "labels", "ports");
        final String namespace = party.text("namespace").orElse("default");
        if (party.has("namespaceLabels")) {
            namespaces.put(namespace, party.labels("namespaceLabels"));
        }
        final Optional<IpAddress> address = party.text("ip").flatMap(text -> address(party, text));
        final Optional<String> pod = party.text("pod");
        if (pod.isPresent()) {
            return byPod(namespace, pod.get(), field + ".pod");
        }
        final Map<String, String> labels = party.labels("labels");
        if (!party.has("labels")) {
            if (!party.has("ip")) {
                fields.invalid(field, "expected: ip, pod or labels");
            }
            return address.<Party>map(AddressParty::new).orElse(NOBODY);
        }
        return new LabelsParty(
                namespace, labels, party.ports("ports"), address.map(List::of).orElse(List.of()));
    }

    private static Optional<IpAddress> address(final Fields party, final String text) {
        final Optional<IpAddress> address = address(text);
        if (address.isEmpty()) {
            party.invalid("ip", text + " (expected: an IPv4 or IPv6 address)");
        }
        return address;
    }

    private Party byPod(final String namespace, final String pod, final String field) {
        final List<Endpoint> found =
                snapshot.endpoints().values().stream()
                        .filter(each -> each.namespace().equals(namespace))
                        .filter(each -> each.pod().equals(pod))
                        .toList();
        if (found.size() == 1) {
            return new EndpointParty(found.get(0).number());
        }
        fields.invalid(
                field,
                namespace
                        + "/"
                        + pod
                        + (found.isEmpty()
                                ? " (expected: an endpoint's or container's id, namespace/pod of"
                                        + " one, or an address)"
                                : " is " + found.size() + " endpoints (expected: the id of one)"));
        return NOBODY;
    }

    private static Optional<IpAddress> address(final String text) {
        try {
            return Optional.of(IpAddress.parse(text));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
