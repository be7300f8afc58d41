package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.VerdictQuery.AddressParty;
import dev.weir.controller.compile.VerdictQuery.EndpointParty;
import dev.weir.controller.compile.VerdictQuery.LabelsParty;
import dev.weir.controller.compile.VerdictQuery.Party;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.layout.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may be asked about: an endpoint's or container's id, {@code namespace/pod}, a pod of {@code
 * default}, an address; or an object with {@code ip}, with {@code namespace} and {@code pod}, or
 * with {@code labels} of a container that need not exist.
 */
final class VerdictParties {
    /** Stands for a party that could not be read; the problem is noted. */
    private static final Party NOBODY = new EndpointParty(0);

    private final Snapshot snapshot;
    private final Fields fields;

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

    private Party fromObject(final ObjectNode object, final String field) {
        final Fields party =
                fields.in(object, field).only("ip", "namespace", "pod", "labels", "ports");
        final Optional<String> ip = party.text("ip");
        if (ip.isPresent()) {
            final Optional<IpAddress> address = address(ip.get());
            if (address.isEmpty()) {
                party.invalid("ip", ip.get() + " (expected: an IPv4 or IPv6 address)");
            }
            return address.<Party>map(AddressParty::new).orElse(NOBODY);
        }
        final String namespace = party.text("namespace").orElse("default");
        final Optional<String> pod = party.text("pod");
        if (pod.isPresent()) {
            return byPod(namespace, pod.get(), field + ".pod");
        }
        final Map<String, String> labels = party.labels("labels");
        if (!party.has("labels")) {
            fields.invalid(field, "expected: ip, pod or labels");
        }
        return new LabelsParty(namespace, labels, party.ports("ports"));
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
