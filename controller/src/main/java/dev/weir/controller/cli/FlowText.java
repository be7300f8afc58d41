package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.cli.text.Units;

/** Flow records for people. */
final class FlowText {
    private FlowText() {}

    /**
     * What a column shows.
     *
     * @param raw exact numbers and whole times, without units
     */
    static String cell(final JsonNode flow, final String field, final boolean raw) {
        return switch (field) {
            case "time" -> raw ? flow.path("time").asText() : clock(flow);
            case "source", "destination" -> party(flow, field);
            case "why" -> why(flow);
            case "protocol" -> flow.path("l4").path("protocol").asText();
            case "packets" -> count(flow.path("packets"), raw);
            case "reply", "replyPackets" -> count(flow.path("replyPackets"), raw);
            case "bytes" -> bytes(flow.path("bytes"), raw);
            case "reply-bytes", "replyBytes" -> bytes(flow.path("replyBytes"), raw);
            case "flags" -> SelectorText.joined(flow.path("tcp").path("flags"));
            case "state" -> flow.path("tcp").path("state").asText();
            case "close" -> flow.path("closeReason").asText();
            case "handshake" -> nanos(flow.path("tcp").path("handshakeNanos"), raw);
            case "rtt" -> nanos(flow.path("tcp").path("rttNanos").path("avg"), raw);
            case "retransmits" -> count(flow.path("tcp").path("retransmits"), raw);
            case "source-labels" -> Labels.text(flow.path("source").path("labels"));
            case "destination-labels" -> Labels.text(flow.path("destination").path("labels"));
            case "source-process" -> process(flow.path("source").path("process"));
            case "destination-process" -> process(flow.path("destination").path("process"));
            default -> FlowFields.text(flow, field);
        };
    }

    private static String count(final JsonNode number, final boolean raw) {
        return raw || number.isMissingNode() ? number.asText() : Units.count(number.asLong());
    }

    private static String bytes(final JsonNode number, final boolean raw) {
        return raw || number.isMissingNode() ? number.asText() : Units.bytes(number.asLong());
    }

    private static String nanos(final JsonNode number, final boolean raw) {
        return raw || number.isMissingNode() ? number.asText() : Units.nanos(number.asLong());
    }

    /** {@code curl/4711}; empty where nobody knows it. */
    private static String process(final JsonNode process) {
        return process.isMissingNode()
                ? ""
                : process.path("comm").asText() + "/" + process.path("pid").asText();
    }

    /** The policy that decided; where none did, the reason. */
    private static String why(final JsonNode flow) {
        final String policy = policy(flow);
        if (policy.isEmpty()) {
            return flow.path("reason").asText();
        }
        return flow.path("policy").path(0).has("rule") || !isDenied(flow)
                ? policy
                : "no rule of " + policy;
    }

    private static boolean isDenied(final JsonNode flow) {
        return flow.path("verdict").asText().equals("denied");
    }

    /** One flow on one line. */
    static String line(final JsonNode flow, final boolean raw, final Paint paint) {
        return clock(flow)
                + " "
                + paint.verdict(flow.path("verdict").asText())
                + " "
                + flow.path("direction").asText()
                + " "
                + flow.path("l4").path("protocol").asText()
                + " "
                + party(flow, "source")
                + " -> "
                + party(flow, "destination")
                + " "
                + count(flow.path("packets"), raw)
                + "p/"
                + bytes(flow.path("bytes"), raw)
                + " reply "
                + count(flow.path("replyPackets"), raw)
                + "p/"
                + bytes(flow.path("replyBytes"), raw)
                + " ("
                + why(flow)
                + ")";
    }

    /** {@code 12 records lost: subscriber too slow}. */
    static String loss(final JsonNode lost) {
        final StringBuilder text = new StringBuilder();
        for (final String what : new String[] {"records", "packets", "bytes"}) {
            final JsonNode much = lost.path(what);
            if (!much.isMissingNode()) {
                text.append(text.length() == 0 ? "" : ", ");
                text.append(much.asText()).append(' ').append(what);
            }
        }
        text.append(text.length() == 0 ? "unknown number lost" : " lost");
        final String stage = lost.path("stage").asText();
        text.append(stage.isEmpty() ? "" : " (" + stage + ")");
        final String until = lost.path("until").asText();
        text.append(until.isEmpty() ? "" : " until " + until);
        return text.append(": ").append(lost.path("reason").asText()).toString();
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

    /** {@code default/web:80}, or the address of who is no endpoint, with its name or CIDR. */
    private static String party(final JsonNode flow, final String side) {
        final JsonNode party = flow.path(side);
        final String address = flow.path("ip").path(side).asText();
        final JsonNode port = flow.path("l4").path(side + "Port");
        final String pod = party.path("pod").asText();
        final String name =
                pod.isEmpty()
                        ? address.indexOf(':') < 0 ? address : "[" + address + "]"
                        : party.path("namespace").asText() + "/" + pod;
        final String known = party.path("cidr").asText(party.path("entity").asText());
        final String kind = pod.isEmpty() ? party.path("names").path(0).asText(known) : "";
        return name
                + (port.isNumber() ? ":" + port.asText() : "")
                + (kind.isEmpty() ? "" : "(" + kind + ")");
    }

    /** {@code default/web-allow ingress[0]}, several with commas. */
    static String policy(final JsonNode flow) {
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
