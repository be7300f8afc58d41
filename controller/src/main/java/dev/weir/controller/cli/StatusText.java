package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /v1/status} as a page for people: the agent, what it lost, what it costs, its tables. */
final class StatusText {
    private StatusText() {}

    static String of(final JsonNode status, final boolean wide) {
        final StringBuilder page = new StringBuilder();
        agent(page, status);
        line(page, "hooks", hooks(status.path("hooks")));
        if (status.path("hooks").has("gracePeriods")) {
            line(page, "waits", waits(status.path("hooks").path("gracePeriods")));
        }
        if (status.path("hooks").has("redirect")) {
            line(page, "redirect", redirect(status.path("hooks").path("redirect")));
        }
        for (final JsonNode problem : status.path("hooks").path("problems")) {
            line(page, "problem", problem.asText());
        }
        for (final JsonNode kept : status.path("cni").path("conflists")) {
            line(
                    page,
                    "conflist",
                    kept.path("file").asText()
                            + ", "
                            + kept.path("state").asText()
                            + ", put back "
                            + kept.path("putBack").asText()
                            + " times");
        }
        line(page, "lost", lost(status.path("lost")));
        line(page, "flows", flows(status.path("flows")));
        line(page, "history", history(status.path("flows")));
        if (status.has("processes")) {
            line(page, "processes", processes(status.path("processes")));
        }
        line(page, "process", process(status.path("process")));
        for (final JsonNode sink : status.path("exports").path("sinks")) {
            line(page, "export", export(sink));
        }
        if (status.path("budget").path("cpuLimitCores").asDouble() > 0
                || status.path("budget").path("memoryLimitBytes").asLong() > 0) {
            line(page, "budget", budget(status.path("budget")));
        }
        features(page, status.path("features"), wide);
        page.append('\n').append(tables(status.path("tables")));
        if (wide) {
            page.append('\n').append(programs(status.path("programs")));
        }
        return page.toString();
    }

    private static void agent(final StringBuilder page, final JsonNode status) {
        line(page, "version", status.path("version").asText());
        line(page, "node", status.path("node").asText());
        line(page, "kernel", status.path("kernel").asText());
        final String waiting = SelectorText.joined(status.path("waitingFor"));
        line(
                page,
                "ready",
                status.path("ready").asBoolean() ? "yes" : "no, waiting for " + waiting);
        line(
                page,
                "started",
                status.path("started").asText()
                        + (status.path("takenOver").asBoolean()
                                ? ", took over the tables of an earlier agent"
                                : ""));
        line(page, "revision", status.path("revision").asText());
        line(page, "state", state(status.path("state")));
        line(page, "counts", members(status.path("counts")));
    }

    /**
     * Objects are in the journal for a moment after each write; where that lasts it is said why.
     */
    private static String state(final JsonNode state) {
        final String problem = state.path("problem").asText();
        return state.path("directory").asText()
                + (problem.isEmpty()
                        ? ""
                        : ", "
                                + state.path("journaled").asText()
                                + " objects only in its journal: "
                                + problem);
    }

    private static void line(final StringBuilder page, final String name, final String value) {
        page.append(name).append(':').append(" ".repeat(11 - name.length())).append(value);
        page.append('\n');
    }

    /** {@code endpoints 3, policies 2}. */
    private static String members(final JsonNode object) {
        final List<String> parts = new ArrayList<>();
        for (final Map.Entry<String, JsonNode> member : object.properties()) {
            parts.add(member.getKey() + " " + member.getValue().asText());
        }
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    private static String hooks(final JsonNode hooks) {
        return hooks.path("attach").asText()
                + ", xdp "
                + hooks.path("xdp").asText()
                + "; attached: "
                + members(hooks.path("attached"));
    }

    /** Whether frames between containers of one bridge take the short way. */
    private static String redirect(final JsonNode redirect) {
        return redirect.path("on").asBoolean()
                ? "past the bridge between " + redirect.path("endpoints").asText() + " containers"
                : "none: " + redirect.path("reason").asText();
    }

    /** How the kernel ends the grace periods that attaching waits for. */
    private static String waits(final JsonNode gracePeriods) {
        return gracePeriods.path("expedited").asBoolean()
                ? "expedited grace periods"
                : "normal grace periods: " + gracePeriods.path("reason").asText();
    }

    /** What is not zero; nothing should ever be. */
    private static String lost(final JsonNode lost) {
        final List<String> parts = new ArrayList<>();
        for (final Map.Entry<String, JsonNode> member : lost.properties()) {
            if (member.getValue().asLong() != 0) {
                parts.add(member.getKey() + " " + member.getValue().asText());
            }
        }
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }

    private static String flows(final JsonNode flows) {
        return Units.count(flows.path("live").asLong())
                + " live, "
                + Units.count(flows.path("ended").asLong())
                + " ended, "
                + Units.bytes(flows.path("memoryBytes").asLong())
                + " of "
                + Units.bytes(flows.path("memoryLimitBytes").asLong())
                + ", last sweep "
                + Units.nanos(flows.path("lastSweepNanos").asLong());
    }

    /** How far back queries reach, and what is no longer there. */
    private static String history(final JsonNode flows) {
        final String oldest = flows.path("since").asText();
        final long evicted = flows.path("pushedOut").asLong();
        final String begin = flows.path("begin").asText();
        return Units.count(flows.path("live").asLong() + flows.path("ended").asLong())
                + " records"
                + (oldest.isEmpty() ? "" : ", the oldest ended " + oldest)
                + (evicted == 0
                        ? ", none evicted"
                        : ", "
                                + evicted
                                + " evicted, last seen until "
                                + flows.path("pushedOutUntil").asText())
                + (begin.isEmpty() ? "" : ", none that ended before " + begin);
    }

    /** {@code ipfix to udp 10.0.0.9:4739, sending, 40 sent, 3 waiting}, and what went wrong. */
    private static String export(final JsonNode sink) {
        final long lost =
                sink.path("lostQueue").asLong()
                        + sink.path("lostRefused").asLong()
                        + sink.path("lostShed").asLong();
        final String problem = sink.path("problem").asText();
        return sink.path("name").asText()
                + " to "
                + sink.path("target").asText()
                + ", "
                + sink.path("state").asText()
                + ", "
                + Units.count(sink.path("sent").asLong())
                + " sent, "
                + Units.count(sink.path("queued").asLong())
                + " waiting"
                + (lost > 0 ? ", " + Units.count(lost) + " lost" : "")
                + (problem.isEmpty() ? "" : ": " + problem);
    }

    private static String budget(final JsonNode budget) {
        final String shed = SelectorText.joined(budget.path("shed"));
        return String.format(Locale.ROOT, "%.2f", budget.path("cpuCores").asDouble())
                + " of "
                + limit(budget.path("cpuLimitCores").asText())
                + " cores, "
                + Units.bytes(budget.path("memoryBytes").asLong())
                + " of "
                + (budget.path("memoryLimitBytes").asLong() == 0
                        ? "any memory"
                        : Units.bytes(budget.path("memoryLimitBytes").asLong()))
                + (shed.isEmpty() ? "" : "; left undone: " + shed);
    }

    private static String limit(final String cores) {
        return cores.equals("0.0") || cores.equals("0") ? "any" : cores;
    }

    /** Whether connections get their processes, and why not. */
    private static String processes(final JsonNode processes) {
        final String reason = processes.path("reason").asText();
        return processes.path("state").asText()
                + (reason.isEmpty() ? "" : ": " + reason)
                + ", "
                + Units.count(processes.path("joined").asLong())
                + " joined, "
                + Units.count(processes.path("denied").asLong())
                + " of denied packets, "
                + Units.count(processes.path("unmatched").asLong())
                + " unmatched, "
                + Units.count(processes.path("olderSockets").asLong())
                + " sockets older than the agent";
    }

    private static String process(final JsonNode process) {
        return Units.bytes(process.path("residentBytes").asLong())
                + " resident, "
                + Units.bytes(process.path("heapBytes").asLong())
                + " heap, "
                + process.path("cpuSeconds").asText()
                + " s CPU, "
                + process.path("threads").asText()
                + " threads, "
                + process.path("openFiles").asText()
                + " files";
    }

    /** What the kernel lacks and why; everything when {@code wide}. */
    private static void features(
            final StringBuilder page, final JsonNode features, final boolean wide) {
        final TextTable table = new TextTable("FEATURE", "AVAILABLE", "SINCE", "REASON");
        for (final JsonNode feature : features) {
            final boolean available = feature.path("available").asBoolean();
            if (wide || !available) {
                table.row(
                        feature.path("name").asText(),
                        available ? "yes" : "no",
                        feature.path("since").asText(),
                        feature.path("reason").asText());
            }
        }
        if (!table.isEmpty()) {
            page.append('\n').append(table);
        }
    }

    private static TextTable tables(final JsonNode tables) {
        final TextTable text =
                new TextTable("TABLE", "TYPE", "ENTRIES", "CAPACITY", "FULL", "MEMORY");
        for (final JsonNode table : tables) {
            final JsonNode entries = table.path("entries");
            final long capacity = table.path("capacity").asLong();
            text.row(
                    table.path("name").asText(),
                    table.path("type").asText(),
                    entries.asText(),
                    capacity,
                    entries.isNumber() && capacity > 0
                            ? entries.asLong() * 100 / capacity + "%"
                            : "",
                    Units.bytes(table.path("bytes").asLong()));
        }
        return text;
    }

    private static TextTable programs(final JsonNode programs) {
        final TextTable text = new TextTable("PROGRAM", "DETAILS");
        for (final JsonNode program : programs) {
            text.row(program.path("name").asText(), members(program));
        }
        return text;
    }
}
