package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir stats}: totals of each container since it was attached. */
@CommandLine.Command(
        name = "stats",
        description = "Traffic of each container by direction and verdict, drops, TCP.")
final class StatsCommand extends WeirCommand {
    @Mixin private Output output;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Only this namespace, in tables.")
    private String namespace;

    @Override
    public Integer call() {
        final JsonNode answer = agent().get("/v1/stats/containers");
        if (!output.forPeople()) {
            out().print(output.text(answer));
            return Cli.DONE;
        }
        final TextTable table = table();
        for (final JsonNode container : answer.path("items")) {
            if (namespace == null || container.path("namespace").asText().equals(namespace)) {
                row(table, container);
            }
        }
        out().print(table.isEmpty() ? "no containers\n" : table);
        return Cli.DONE;
    }

    private TextTable table() {
        return output.wide()
                ? new TextTable(
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
                        "HANDSHAKE-P99",
                        "DROPS",
                        "ENDPOINT")
                : new TextTable(
                        "NAMESPACE",
                        "POD",
                        "IN",
                        "IN-DENIED",
                        "OUT",
                        "OUT-DENIED",
                        "FLOWS",
                        "TCP-OPENED",
                        "TCP-FAILED",
                        "HANDSHAKE-P50",
                        "DROPS");
    }

    private void row(final TextTable table, final JsonNode container) {
        final JsonNode in = container.path("ingress");
        final JsonNode egress = container.path("egress");
        final JsonNode tcp = container.path("tcp");
        final String namespaceName = container.path("namespace").asText();
        final String pod = container.path("pod").asText();
        final String flows = container.path("activeFlows").asText();
        final String opened = tcp.path("opened").asText();
        final String failed = tcp.path("failed").asText();
        final String drops = drops(container.path("drops"));
        if (output.wide()) {
            table.row(
                    namespaceName,
                    pod,
                    count(in.path("allowed")),
                    rate(in.path("rate")),
                    count(in.path("denied")),
                    count(in.path("audit")),
                    count(egress.path("allowed")),
                    rate(egress.path("rate")),
                    count(egress.path("denied")),
                    count(egress.path("audit")),
                    flows,
                    opened,
                    failed,
                    nanos(tcp.path("handshake").path("p50")),
                    nanos(tcp.path("handshake").path("p99")),
                    drops,
                    container.path("endpoint").asText());
        } else {
            table.row(
                    namespaceName,
                    pod,
                    count(in.path("allowed")),
                    count(in.path("denied")),
                    count(egress.path("allowed")),
                    count(egress.path("denied")),
                    flows,
                    opened,
                    failed,
                    nanos(tcp.path("handshake").path("p50")),
                    drops);
        }
    }

    /** {@code 12k pkts 3.4MiB}. */
    private static String count(final JsonNode count) {
        final long packets = count.path("packets").asLong();
        return packets == 0
                ? "0"
                : Units.count(packets) + "p/" + Units.bytes(count.path("bytes").asLong());
    }

    private static String rate(final JsonNode rate) {
        return Units.count(rate.path("packets").asDouble())
                + "p/s,"
                + Units.bytes((long) rate.path("bytes").asDouble())
                + "/s";
    }

    private static String nanos(final JsonNode nanos) {
        return nanos.isNumber() ? Units.nanos(nanos.asLong()) : "";
    }

    private static String drops(final JsonNode drops) {
        final StringBuilder text = new StringBuilder();
        for (final Map.Entry<String, JsonNode> reason : drops.properties()) {
            text.append(text.length() == 0 ? "" : ",");
            text.append(reason.getKey()).append('=');
            text.append(Units.count(reason.getValue().path("packets").asLong()));
        }
        return text.toString();
    }
}
