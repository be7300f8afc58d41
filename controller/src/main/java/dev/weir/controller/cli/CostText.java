package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;
import java.util.Locale;
import java.util.Map;

/** {@code /v1/costs} as tables: programs, threads, memory, and containers by estimate. */
final class CostText {
    private CostText() {}

    static String of(final JsonNode costs) {
        final TextTable programs = new TextTable("PROGRAM", "RUNS", "NS/RUN", "CORES");
        for (final JsonNode each : costs.path("programs")) {
            programs.row(
                    each.path("name").asText(),
                    each.path("runs").asLong(),
                    each.has("nanosPerRun") ? fixed(each.path("nanosPerRun"), 1) : "",
                    fixed(each.path("cpuCores"), 4));
        }
        final TextTable roles = new TextTable("AGENT", "THREADS", "CORES", "CPU SECONDS");
        for (final JsonNode each : costs.path("roles")) {
            roles.row(
                    each.path("role").asText(),
                    each.path("threads").asInt(),
                    fixed(each.path("cpuCores"), 4),
                    fixed(each.path("cpuSeconds"), 2));
        }
        final TextTable memory = new TextTable("MEMORY", "SIZE");
        for (final Map.Entry<String, JsonNode> each : costs.path("memory").properties()) {
            memory.row(each.getKey(), Units.bytes(each.getValue().asLong()));
        }
        final TextTable containers =
                new TextTable("CONTAINER", "PACKETS/S", "CORES (ESTIMATE BY PACKETS)");
        for (final JsonNode each : costs.path("containers")) {
            containers.row(
                    each.path("namespace").asText() + "/" + each.path("pod").asText(),
                    Units.count(each.path("packetsPerSecond").asLong()),
                    fixed(each.path("estimatedCpuCores"), 4));
        }
        return programs
                + "\n"
                + roles
                + "\n"
                + memory
                + (containers.isEmpty() ? "" : "\n" + containers);
    }

    private static String fixed(final JsonNode value, final int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value.asDouble());
    }
}
