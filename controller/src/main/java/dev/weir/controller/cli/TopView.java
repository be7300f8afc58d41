package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.client.AgentClient;
import dev.weir.controller.cli.text.Units;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code weir top} lists, and how the agent is asked for it. */
enum TopView {
    CONTAINERS("/v1/stats/containers") {
        @Override
        String[] headers() {
            return new String[] {
                "NAMESPACE",
                "POD",
                "BYTES/S",
                "PACKETS/S",
                "DROPS/S",
                "IN",
                "OUT",
                "DENIED",
                "FLOWS",
                "TCP-OPENED",
                "TCP-FAILED",
                "RTT",
                "RETRANSMITS"
            };
        }

        @Override
        String[] cells(final JsonNode item) {
            final JsonNode in = item.path("ingress");
            final JsonNode out = item.path("egress");
            final JsonNode tcp = item.path("tcp");
            return new String[] {
                item.path("namespace").asText(),
                item.path("pod").asText(),
                Units.bytes((long) value(item, TopOrder.BYTES)),
                Units.count(value(item, TopOrder.PACKETS)),
                Units.count(value(item, TopOrder.DROPS)),
                Units.bytes(in.path("allowed").path("bytes").asLong()),
                Units.bytes(out.path("allowed").path("bytes").asLong()),
                Units.count(
                        in.path("denied").path("packets").asLong()
                                + out.path("denied").path("packets").asLong()),
                item.path("activeFlows").asText(),
                tcp.path("opened").asText(),
                tcp.path("failed").asText(),
                nanos(rtt(item)),
                tcp.path("retransmits").asText()
            };
        }

        @Override
        double value(final JsonNode item, final TopOrder by) {
            return switch (by) {
                case BYTES -> rate(item, "bytes");
                case PACKETS -> rate(item, "packets");
                case DROPS -> rate(item, "deniedPackets");
                case RTT -> rtt(item).asDouble();
                case RETRANSMITS -> item.path("tcp").path("retransmits").asDouble();
            };
        }

        private double rate(final JsonNode item, final String what) {
            return item.path("ingress").path("rate").path(what).asDouble()
                    + item.path("egress").path("rate").path(what).asDouble();
        }

        /** Median of the samples; before there is one, of the handshakes. */
        private JsonNode rtt(final JsonNode item) {
            final JsonNode sampled = item.path("tcp").path("rtt").path("p50");
            return sampled.isNumber()
                    ? sampled
                    : item.path("tcp").path("handshakeNetwork").path("p50");
        }
    },

    FLOWS("/v1/flows/top") {
        @Override
        String[] headers() {
            return new String[] {
                "PROTOCOL",
                "SOURCE",
                "DESTINATION",
                "VERDICT",
                "BYTES/S",
                "PACKETS/S",
                "BYTES",
                "REPLY-BYTES",
                "STATE",
                "RTT",
                "RETRANSMITS",
                "WHY"
            };
        }

        @Override
        String[] cells(final JsonNode item) {
            final JsonNode flow = item.path("flow");
            return new String[] {
                FlowText.cell(flow, "protocol", false),
                FlowText.cell(flow, "source", false),
                FlowText.cell(flow, "destination", false),
                FlowText.cell(flow, "verdict", false),
                Units.bytes((long) item.path("bytesPerSecond").asDouble()),
                Units.count(item.path("packetsPerSecond").asDouble()),
                FlowText.cell(flow, "bytes", false),
                FlowText.cell(flow, "reply-bytes", false),
                FlowText.cell(flow, "state", false),
                nanos(rtt(flow)),
                FlowText.cell(flow, "retransmits", false),
                FlowText.cell(flow, "why", false)
            };
        }

        @Override
        double value(final JsonNode item, final TopOrder by) {
            return 0; // The agent has sorted them.
        }

        private JsonNode rtt(final JsonNode flow) {
            final JsonNode sampled = flow.path("tcp").path("rttNanos").path("avg");
            return sampled.isNumber() ? sampled : flow.path("tcp").path("handshakeNetworkNanos");
        }
    },

    RULES("/v1/rules") {
        @Override
        String[] headers() {
            return new String[] {
                "POLICY", "RULE", "VERDICT", "BYTES/S", "PACKETS/S", "BYTES", "PACKETS", "WORDS"
            };
        }

        @Override
        String[] cells(final JsonNode item) {
            final String namespace = item.path("namespace").asText();
            return new String[] {
                (namespace.isEmpty() ? "" : namespace + "/") + item.path("policy").asText(),
                item.path("rule").asText(),
                item.path("verdict").asText(),
                Units.bytes((long) item.path("bytesPerSecond").asDouble()),
                Units.count(item.path("packetsPerSecond").asDouble()),
                Units.bytes(item.path("bytes").asLong()),
                Units.count(item.path("packets").asLong()),
                item.path("words").asText()
            };
        }

        @Override
        double value(final JsonNode item, final TopOrder by) {
            final boolean denies = item.path("verdict").asText().equals("denied");
            return switch (by) {
                case BYTES -> item.path("bytesPerSecond").asDouble();
                case DROPS -> denies ? item.path("packetsPerSecond").asDouble() : -1;
                default -> item.path("packetsPerSecond").asDouble();
            };
        }
    };

    private final String path;

    TopView(final String path) {
        this.path = path;
    }

    abstract String[] headers();

    abstract String[] cells(JsonNode item);

    /** What items are sorted by, the greatest first. */
    abstract double value(JsonNode item, TopOrder by);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String nanos(final JsonNode nanos) {
        return nanos.isNumber() ? Units.nanos(nanos.asLong()) : "";
    }

    /**
     * Asks the agent.
     *
     * @param filters of flows, as a query has them
     * @param before rules as they were {@code seconds} ago, for rates; changed to what they are now
     */
    List<JsonNode> read(
            final AgentClient agent,
            final TopOrder by,
            final int limit,
            final List<String> filters,
            final Map<Integer, JsonNode> before,
            final double seconds) {
        if (this == FLOWS) {
            final List<String> query = new ArrayList<>(filters);
            query.add("by=" + by);
            query.add("last=" + limit);
            return items(agent.get(path + "?" + String.join("&", query)));
        }
        final List<JsonNode> items = items(agent.get(path));
        if (this == RULES) {
            final Map<Integer, JsonNode> earlier = new HashMap<>(before);
            before.clear();
            for (final JsonNode rule : items) {
                final int number = rule.path("number").asInt();
                before.put(number, rule.deepCopy());
                addRates((ObjectNode) rule, earlier.get(number), seconds);
            }
        }
        items.sort((a, b) -> Double.compare(value(b, by), value(a, by)));
        return items.size() > limit ? items.subList(0, limit) : items;
    }

    private static List<JsonNode> items(final JsonNode answer) {
        final List<JsonNode> items = new ArrayList<>();
        answer.path("items").forEach(items::add);
        return items;
    }

    private static void addRates(
            final ObjectNode rule, final JsonNode earlier, final double seconds) {
        if (earlier != null && seconds > 0) {
            for (final String what : new String[] {"packets", "bytes"}) {
                final long more = rule.path(what).asLong() - earlier.path(what).asLong();
                rule.put(what + "PerSecond", Math.max(0, more) / seconds);
            }
        }
    }
}
