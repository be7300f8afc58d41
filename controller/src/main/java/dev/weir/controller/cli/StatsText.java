package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Containers' statistics for people.
 *
 * @param raw exact numbers
 */
record StatsText(boolean wide, boolean raw, boolean headers) {
    /**
     * One column.
     *
     * @param name its head
     * @param narrow also without {@code -o wide}
     * @param path in the container's statistics
     * @param text what is shown of what is there
     */
    private record Column(
            String name,
            boolean narrow,
            String path,
            BiFunction<StatsText, JsonNode, String> text) {}

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("NAMESPACE", true, "/namespace", StatsText::text),
                    new Column("POD", true, "/pod", StatsText::text),
                    new Column("IN", true, "/ingress/allowed", StatsText::count),
                    new Column("IN-RATE", true, "/ingress/rate", StatsText::rate),
                    new Column("IN-DENIED", true, "/ingress/denied", StatsText::count),
                    new Column("IN-AUDIT", false, "/ingress/audit", StatsText::count),
                    new Column("OUT", true, "/egress/allowed", StatsText::count),
                    new Column("OUT-RATE", true, "/egress/rate", StatsText::rate),
                    new Column("OUT-DENIED", true, "/egress/denied", StatsText::count),
                    new Column("OUT-AUDIT", false, "/egress/audit", StatsText::count),
                    new Column("FLOWS", true, "/activeFlows", StatsText::text),
                    new Column("TCP-OPENED", true, "/tcp/opened", StatsText::text),
                    new Column("TCP-FAILED", true, "/tcp/failed", StatsText::text),
                    new Column("HANDSHAKE-P50", true, "/tcp/handshake/p50", StatsText::nanos),
                    new Column("HANDSHAKE-P90", false, "/tcp/handshake/p90", StatsText::nanos),
                    new Column("HANDSHAKE-P99", false, "/tcp/handshake/p99", StatsText::nanos),
                    new Column("RTT-P50", true, "/tcp/rtt/p50", StatsText::nanos),
                    new Column("RTT-P90", false, "/tcp/rtt/p90", StatsText::nanos),
                    new Column("RTT-P99", false, "/tcp/rtt/p99", StatsText::nanos),
                    new Column("RETRANSMITS", false, "/tcp/retransmits", StatsText::text),
                    new Column("DNS", false, "/dns/queries", StatsText::packets),
                    new Column("DNS-ANSWERS", false, "/dns/answers", StatsText::codes),
                    new Column("DNS-P50", false, "/dns/latency/p50", StatsText::nanos),
                    new Column("DNS-P99", false, "/dns/latency/p99", StatsText::nanos),
                    new Column("DROPS", true, "/drops", StatsText::drops),
                    new Column("ENDPOINT", false, "/endpoint", StatsText::text));

    private List<Column> shown() {
        return COLUMNS.stream().filter(column -> wide || column.narrow()).toList();
    }

    /** The table, and below it who dropped what, if anybody did. */
    String of(final List<JsonNode> containers) {
        final TextTable table = table(shown().stream().map(Column::name).toArray(String[]::new));
        final TextTable drops =
                table("NAMESPACE", "POD", "DIRECTION", "REASON", "POLICY", "PACKETS", "BYTES");
        for (final JsonNode container : containers) {
            table.row(shown().stream().map(column -> cell(column, container)).toArray());
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

    private String cell(final Column column, final JsonNode container) {
        return column.text.apply(this, container.at(column.path));
    }

    private String text(final JsonNode node) {
        return node.asText();
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
