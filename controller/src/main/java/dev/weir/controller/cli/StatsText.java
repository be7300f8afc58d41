package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;
import java.util.List;
import java.util.Map;

/**
 * Containers' statistics for people.
 *
 * @param raw exact numbers
 */
record StatsText(boolean wide, boolean raw, boolean headers) {
    private static final String[] NARROW = {
        "NAMESPACE",
        "POD",
        "IN",
        "IN-RATE",
        "IN-DENIED",
        "OUT",
        "OUT-RATE",
        "OUT-DENIED",
        "FLOWS",
        "TCP-OPENED",
        "TCP-FAILED",
        "HANDSHAKE-P50",
        "RTT-P50",
        "DROPS"
    };
    private static final String[] WIDE = {
        "NAMESPACE",
        "POD",
        "IN",
        "IN-RATE",
        "IN-DENIED",
        "IN-AUDIT",
        "OUT",
        "OUT-RATE",
        "OUT-DENIED",
        "OUT-AUDIT",
        "FLOWS",
        "TCP-OPENED",
        "TCP-FAILED",
        "HANDSHAKE-P50",
        "HANDSHAKE-P90",
        "HANDSHAKE-P99",
        "RTT-P50",
        "RTT-P90",
        "RTT-P99",
        "RETRANSMITS",
        "DNS",
        "DNS-ANSWERS",
        "DNS-P50",
        "DNS-P99",
        "DROPS",
        "ENDPOINT"
    };

    /** The table, and below it who dropped what, if anybody did. */
    String of(final List<JsonNode> containers) {
        final TextTable table = table(wide ? WIDE : NARROW);
        final TextTable drops =
                table("NAMESPACE", "POD", "DIRECTION", "REASON", "POLICY", "PACKETS", "BYTES");
        for (final JsonNode container : containers) {
            table.row((Object[]) (wide ? wideRow(container) : narrowRow(container)));
            for (final JsonNode drop : container.path("dropCauses")) {
                drops.row(
                        container.path("namespace").asText(),
                        container.path("pod").asText(),
                        drop.path("direction").asText(),
                        drop.path("reason").asText(),
                        FlowText.policy(drop),
                        packets(drop.path("packets")),
                        bytes(drop.path("bytes").asLong()));
            }
        }
        if (table.isEmpty()) {
            return "no containers\n";
        }
        return drops.isEmpty() ? table.toString() : table + "\n" + drops;
    }

    private TextTable table(final String... names) {
        final TextTable table = new TextTable(names);
        return headers ? table : table.withoutHeaders();
    }

    private String[] narrowRow(final JsonNode container) {
        final JsonNode in = container.path("ingress");
        final JsonNode egress = container.path("egress");
        final JsonNode tcp = container.path("tcp");
        return new String[] {
            container.path("namespace").asText(),
            container.path("pod").asText(),
            count(in.path("allowed")),
            rate(in.path("rate")),
            count(in.path("denied")),
            count(egress.path("allowed")),
            rate(egress.path("rate")),
            count(egress.path("denied")),
            container.path("activeFlows").asText(),
            tcp.path("opened").asText(),
            tcp.path("failed").asText(),
            nanos(tcp.path("handshake").path("p50")),
            nanos(tcp.path("rtt").path("p50")),
            drops(container.path("drops"))
        };
    }

    private String[] wideRow(final JsonNode container) {
        final JsonNode dns = container.path("dns");
        final JsonNode in = container.path("ingress");
        final JsonNode egress = container.path("egress");
        final JsonNode tcp = container.path("tcp");
        return new String[] {
            container.path("namespace").asText(),
            container.path("pod").asText(),
            count(in.path("allowed")),
            rate(in.path("rate")),
            count(in.path("denied")),
            count(in.path("audit")),
            count(egress.path("allowed")),
            rate(egress.path("rate")),
            count(egress.path("denied")),
            count(egress.path("audit")),
            container.path("activeFlows").asText(),
            tcp.path("opened").asText(),
            tcp.path("failed").asText(),
            nanos(tcp.path("handshake").path("p50")),
            nanos(tcp.path("handshake").path("p90")),
            nanos(tcp.path("handshake").path("p99")),
            nanos(tcp.path("rtt").path("p50")),
            nanos(tcp.path("rtt").path("p90")),
            nanos(tcp.path("rtt").path("p99")),
            tcp.path("retransmits").asText(),
            packets(dns.path("queries")),
            codes(dns.path("answers")),
            nanos(dns.path("latency").path("p50")),
            nanos(dns.path("latency").path("p99")),
            drops(container.path("drops")),
            container.path("endpoint").asText()
        };
    }

    /** {@code 12kp/3.4MiB}. */
    private String count(final JsonNode count) {
        final JsonNode packets = count.path("packets");
        return packets.asLong() == 0
                ? "0"
                : packets(packets) + "p/" + bytes(count.path("bytes").asLong());
    }

    private String rate(final JsonNode rate) {
        final double packets = rate.path("packets").asDouble();
        final double bytes = rate.path("bytes").asDouble();
        return raw
                ? packets + "p/s," + bytes + "B/s"
                : Units.count(packets) + "p/s," + Units.bytes((long) bytes) + "/s";
    }

    private String packets(final JsonNode packets) {
        return raw || packets.isMissingNode() ? packets.asText() : Units.count(packets.asLong());
    }

    private String bytes(final long bytes) {
        return raw ? Long.toString(bytes) : Units.bytes(bytes);
    }

    private String nanos(final JsonNode nanos) {
        if (!nanos.isNumber()) {
            return "";
        }
        return raw ? nanos.asText() : Units.nanos(nanos.asLong());
    }

    /** {@code NOERROR=12k,NXDOMAIN=3}. */
    private String codes(final JsonNode answers) {
        final StringBuilder text = new StringBuilder();
        for (final Map.Entry<String, JsonNode> code : answers.properties()) {
            text.append(text.length() == 0 ? "" : ",");
            text.append(code.getKey()).append('=').append(packets(code.getValue()));
        }
        return text.toString();
    }

    private String drops(final JsonNode drops) {
        final StringBuilder text = new StringBuilder();
        for (final Map.Entry<String, JsonNode> reason : drops.properties()) {
            text.append(text.length() == 0 ? "" : ",");
            text.append(reason.getKey()).append('=');
            text.append(packets(reason.getValue().path("packets")));
        }
        return text.toString();
    }
}
