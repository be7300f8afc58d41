package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;

/** Flow records for people. */
final class FlowText {
    private FlowText() {}

    static TextTable table(final boolean wide) {
        return wide
                ? new TextTable(
                        "TIME",
                        "DIRECTION",
                        "VERDICT",
                        "REASON",
                        "PROTOCOL",
                        "SOURCE",
                        "DESTINATION",
                        "PACKETS",
                        "BYTES",
                        "REPLY",
                        "REPLY-BYTES",
                        "STATE",
                        "HANDSHAKE",
                        "POLICY",
                        "SOURCE-LABELS",
                        "DESTINATION-LABELS",
                        "NODE")
                : new TextTable(
                        "TIME",
                        "DIRECTION",
                        "VERDICT",
                        "PROTOCOL",
                        "SOURCE",
                        "DESTINATION",
                        "PACKETS",
                        "BYTES",
                        "REPLY",
                        "REPLY-BYTES",
                        "POLICY");
    }

    static void row(final TextTable table, final JsonNode flow, final boolean wide) {
        final String time = wide ? flow.path("time").asText() : clock(flow);
        final String direction = flow.path("direction").asText();
        final String verdict = flow.path("verdict").asText();
        final String protocol = flow.path("l4").path("protocol").asText();
        final String source = party(flow, "source");
        final String destination = party(flow, "destination");
        final String packets = Units.count(flow.path("packets").asLong());
        final String bytes = Units.bytes(flow.path("bytes").asLong());
        final String reply = Units.count(flow.path("replyPackets").asLong());
        final String replyBytes = Units.bytes(flow.path("replyBytes").asLong());
        if (wide) {
            final JsonNode tcp = flow.path("tcp");
            final JsonNode handshake = tcp.path("handshakeNanos");
            table.row(
                    time,
                    direction,
                    verdict,
                    flow.path("reason").asText(),
                    protocol,
                    source,
                    destination,
                    packets,
                    bytes,
                    reply,
                    replyBytes,
                    tcp.path("state").asText(),
                    handshake.isNumber() ? Units.nanos(handshake.asLong()) : "",
                    policy(flow),
                    Labels.text(flow.path("source").path("labels")),
                    Labels.text(flow.path("destination").path("labels")),
                    flow.path("node").asText());
        } else {
            table.row(
                    time,
                    direction,
                    verdict,
                    protocol,
                    source,
                    destination,
                    packets,
                    bytes,
                    reply,
                    replyBytes,
                    policy(flow));
        }
    }

    /** One flow, or one loss, on one line. */
    static String line(final JsonNode item) {
        if (item.has("lost")) {
            final JsonNode lost = item.path("lost");
            return "... "
                    + lost.path("records").asText()
                    + " records lost: "
                    + lost.path("reason").asText();
        }
        final String policy = policy(item);
        final String reason = item.path("reason").asText();
        return clock(item)
                + " "
                + item.path("verdict").asText()
                + " "
                + item.path("direction").asText()
                + " "
                + item.path("l4").path("protocol").asText()
                + " "
                + party(item, "source")
                + " -> "
                + party(item, "destination")
                + " "
                + traffic(item, "packets", "bytes")
                + " reply "
                + traffic(item, "replyPackets", "replyBytes")
                + (policy.isEmpty() ? " (" + reason + ")" : " (" + policy + ")");
    }

    private static String traffic(final JsonNode flow, final String packets, final String bytes) {
        return Units.count(flow.path(packets).asLong())
                + "p/"
                + Units.bytes(flow.path(bytes).asLong());
    }

    /** {@code 12:00:00.123Z} of {@code 2026-11-22T12:00:00.123456789Z}. */
    private static String clock(final JsonNode flow) {
        final String time = flow.path("time").asText();
        final int t = time.indexOf('T');
        if (t < 0 || !time.endsWith("Z")) {
            return time;
        }
        final String whole = time.substring(t + 1, time.length() - 1);
        final String padded = whole.indexOf('.') < 0 ? whole + ".000" : whole + "000";
        return padded.substring(0, padded.indexOf('.') + 4) + "Z";
    }

    /** {@code default/web:80}, or the address of who is no endpoint, with the CIDR it is in. */
    private static String party(final JsonNode flow, final String side) {
        final JsonNode party = flow.path(side);
        final String address = flow.path("ip").path(side).asText();
        final JsonNode port = flow.path("l4").path(side + "Port");
        final String pod = party.path("pod").asText();
        final String name =
                pod.isEmpty()
                        ? address.indexOf(':') < 0 ? address : "[" + address + "]"
                        : party.path("namespace").asText() + "/" + pod;
        final String kind =
                pod.isEmpty() ? party.path("cidr").asText(party.path("entity").asText()) : "";
        return name
                + (port.isNumber() ? ":" + port.asText() : "")
                + (kind.isEmpty() ? "" : "(" + kind + ")");
    }

    /** {@code default/web-allow ingress[0]}, several with commas. */
    private static String policy(final JsonNode flow) {
        final StringBuilder text = new StringBuilder();
        for (final JsonNode match : flow.path("policy")) {
            final String namespace = match.path("namespace").asText();
            final String rule = match.path("rule").asText();
            text.append(text.length() == 0 ? "" : ", ");
            text.append(namespace.isEmpty() ? "" : namespace + "/");
            text.append(match.path("name").asText());
            text.append(rule.isEmpty() ? "" : " " + rule);
        }
        return text.toString();
    }
}
