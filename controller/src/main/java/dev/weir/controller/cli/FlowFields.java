package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which parts of a flow record are printed: columns by their short names, and every member of the
 * record by its path, such as {@code tcp.rttNanos.p99}.
 */
final class FlowFields {
    /** Of the table. */
    static final List<String> TABLE =
            List.of(
                    "time",
                    "direction",
                    "verdict",
                    "protocol",
                    "source",
                    "destination",
                    "packets",
                    "bytes",
                    "reply",
                    "reply-bytes",
                    "why");

    /** Of the wide table. */
    static final List<String> WIDE =
            List.of(
                    "time",
                    "direction",
                    "verdict",
                    "reason",
                    "policy",
                    "protocol",
                    "source",
                    "destination",
                    "packets",
                    "bytes",
                    "reply",
                    "reply-bytes",
                    "flags",
                    "state",
                    "close",
                    "handshake",
                    "rtt",
                    "retransmits",
                    "source-labels",
                    "destination-labels",
                    "source-process",
                    "destination-process",
                    "source.mac",
                    "source.interface",
                    "destination.mac",
                    "destination.interface",
                    "node");

    /** Short names of columns that are no member themselves, and the members they show. */
    private static final Map<String, List<String>> SHORT =
            Map.ofEntries(
                    Map.entry("why", List.of("policy", "reason")),
                    Map.entry("protocol", List.of("l4.protocol")),
                    Map.entry("reply", List.of("replyPackets")),
                    Map.entry("reply-bytes", List.of("replyBytes")),
                    Map.entry("flags", List.of("tcp.flags")),
                    Map.entry("state", List.of("tcp.state")),
                    Map.entry("close", List.of("closeReason")),
                    Map.entry("handshake", List.of("tcp.handshakeNanos")),
                    Map.entry("rtt", List.of("tcp.rttNanos")),
                    Map.entry("retransmits", List.of("tcp.retransmits")),
                    Map.entry("source-labels", List.of("source.labels")),
                    Map.entry("destination-labels", List.of("destination.labels")),
                    Map.entry("source-process", List.of("source.process")),
                    Map.entry("destination-process", List.of("destination.process")));

    private static final List<String> PARTY =
            List.of(
                    "identity",
                    "entity",
                    "cidr",
                    "names",
                    "namespace",
                    "pod",
                    "labels",
                    "containerId",
                    "netns",
                    "mac",
                    "interface",
                    "process.pid",
                    "process.comm",
                    "process.via");

    private static final List<String> TCP_SIDE =
            List.of("flags", "retransmits", "retransmittedBytes", "outOfOrder", "zeroWindows");

    private FlowFields() {}

    /** Paths of all members of a record, in the record's order; those of CSV. */
    static List<String> all() {
        final List<String> paths = new ArrayList<>(List.of("time", "node", "endpoint", "event"));
        paths.addAll(List.of("direction", "verdict", "reason"));
        paths.addAll(below("ip", List.of("version", "source", "destination", "dscp", "ecn")));
        paths.addAll(below("l4", List.of("protocol", "sourcePort", "destinationPort")));
        paths.addAll(List.of("vlan", "communityId"));
        paths.addAll(below("source", PARTY));
        paths.addAll(below("destination", PARTY));
        paths.addAll(List.of("packets", "bytes", "replyPackets", "replyBytes"));
        paths.addAll(
                below(
                        "tcp",
                        List.of(
                                "flags",
                                "state",
                                "handshakeNanos",
                                "handshakeNetworkNanos",
                                "handshakeContainerNanos")));
        paths.addAll(below("tcp.rttNanos", List.of("samples", "min", "avg", "p50", "p90", "p99")));
        paths.add("tcp.retransmits");
        paths.addAll(below("tcp.source", TCP_SIDE));
        paths.addAll(below("tcp.destination", TCP_SIDE));
        paths.addAll(below("icmp", List.of("type", "code")));
        paths.addAll(List.of("policy", "start", "end", "closeReason"));
        return paths;
    }

    private static List<String> below(final String parent, final List<String> names) {
        final List<String> paths = new ArrayList<>(names.size());
        for (final String name : names) {
            paths.add(parent + "." + name);
        }
        return paths;
    }

    /** The fields in {@code text}; a name that nothing has is an IllegalArgumentException. */
    static List<String> parse(final String text) {
        final List<String> all = all();
        final List<String> fields = List.of(text.split(",", -1));
        for (final String field : fields) {
            if (!SHORT.containsKey(field) && !isPath(field, all)) {
                throw new IllegalArgumentException(
                        "--fields: "
                                + field
                                + " (expected: a column such as why or rtt, or a member of the"
                                + " JSON record such as source.pod)");
            }
        }
        return fields;
    }

    /** A leaf, or what leaves are below. */
    private static boolean isPath(final String field, final List<String> all) {
        for (final String path : all) {
            if (path.equals(field) || path.startsWith(field + ".")) {
                return true;
            }
        }
        return false;
    }

    static String header(final String field) {
        return field.toUpperCase(Locale.ROOT);
    }

    /** The record without all but these fields. */
    static JsonNode pruned(final JsonNode flow, final List<String> fields) {
        final ObjectNode pruned = Json.object();
        for (final String field : fields) {
            for (final String path : SHORT.getOrDefault(field, List.of(field))) {
                copy(flow, pruned, path);
            }
        }
        return pruned;
    }

    private static void copy(final JsonNode from, final ObjectNode to, final String path) {
        final int dot = path.indexOf('.');
        final String name = dot < 0 ? path : path.substring(0, dot);
        final JsonNode value = from.path(name);
        if (value.isMissingNode()) {
            return;
        }
        if (dot < 0) {
            to.set(name, value);
        } else if (to.path(name) instanceof ObjectNode there) {
            copy(value, there, path.substring(dot + 1));
        } else {
            final ObjectNode below = Json.object();
            copy(value, below, path.substring(dot + 1));
            if (!below.isEmpty()) {
                to.set(name, below);
            }
        }
    }

    /** What is at a path, as text: exact, nothing for what is absent. */
    static String text(final JsonNode flow, final String path) {
        JsonNode node = flow;
        for (final String name : path.split("\\.")) {
            node = node.path(name);
        }
        if (path.equals("policy")) {
            return FlowText.policy(flow);
        }
        if (path.endsWith(".labels")) {
            return Labels.text(node);
        }
        if (node.isArray()) {
            return SelectorText.joined(node);
        }
        return node.isObject() ? Json.compact(node) : node.asText();
    }
}
