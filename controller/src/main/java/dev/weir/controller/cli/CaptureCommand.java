package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code weir capture}: packets with their verdicts, to a pcapng file or as text. */
@CommandLine.Command(
        name = "capture",
        description = {
            "Packets of containers with their verdicts, as text or with -w as pcapng.",
            "Filters of containers choose whose packets; the others are asked of each packet,",
            "in the kernel; from and to are its sender and receiver."
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 it failed; 2 wrong usage; 3 no agent; 4 packets were lost, and",
            "stderr says how many."
        },
        sortOptions = false)
final class CaptureCommand extends ObservingCommand {
    private static final Set<String> FILTERS =
            Set.of(
                    "namespace",
                    "pod",
                    "container",
                    "label",
                    "identity",
                    "ip",
                    "port",
                    "protocol",
                    "verdict",
                    "direction",
                    "endpoint",
                    "reason");

    private static final Set<String> SIDED = Set.of("ip", "port");

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "Writes pcapng there; - is stdout: weir capture -w - | tshark -r -.")
    private String file;

    @Option(
            names = {"-c", "--packets"},
            paramLabel = "N",
            description = "Ends after N packets.")
    private String packets;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Ends after 500ms, 10s, 5m; 60s unless given, 1h at most.")
    private String duration;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description = "Ends after so much output; 100MiB unless given, 10GiB at most.")
    private String size;

    @Option(
            names = "--snaplen",
            paramLabel = "BYTES",
            description = "Only the first bytes of each packet; 65536 unless given.")
    private String snaplen;

    @Option(names = "--json", description = "A JSON object a line, without the packet's bytes.")
    private boolean json;

    private JsonNode end;

    /** With its filters, which have no fields. */
    static CommandLine withFilters() {
        final CommandSpec spec = CommandSpec.forAnnotatedObject(new CaptureCommand());
        FlowFilterOptions.addTo(spec, FILTERS::contains, SIDED::contains);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        if (file != null && json) {
            throw usage("-w and --json: only one of them");
        }
        final List<String> query = FlowFilterOptions.query(spec().commandLine().getParseResult());
        add(query, "packets", packets);
        add(query, "duration", duration);
        add(query, "size", size);
        add(query, "snaplen", snaplen);
        query.add(file == null ? "format=json" : "format=pcapng");
        final String path = "/v1/capture?" + String.join("&", query);
        try {
            return file == null ? print(path) : write(path);
        } catch (final AgentException e) {
            throw refused(e);
        }
    }

    private static void add(final List<String> query, final String name, final String value) {
        if (value != null) {
            query.add(name + "=" + encoded(value));
        }
    }

    private int print(final String path) {
        agent().follow(path, this::line);
        out().flush();
        if (end == null) {
            return broken();
        }
        return summary(
                end.path("packets").asLong(),
                end.path("matched").asLong(),
                end.path("lost").asLong(),
                end.path("reason").asText());
    }

    /** Nobody reads any more, which is no failure; or the agent broke off. */
    private int broken() {
        if (out().checkError()) {
            return Cli.DONE;
        }
        throw new CommandException("the agent ended the capture early; see its log");
    }

    private boolean line(final String text) {
        try {
            final JsonNode item = Json.read(text);
            if (item.has("end")) {
                end = item.path("end");
            } else {
                out().println(json ? text : CaptureText.line(item));
            }
        } catch (final IOException e) {
            throw new CommandException("the agent's stream is no JSON: " + e.getMessage());
        }
        return !out().checkError();
    }

    private int write(final String path) {
        try (PcapngFile output = new PcapngFile(file)) {
            agent().read(path, output::copy);
            if (output.readerGone()) {
                return Cli.DONE;
            }
            if (!output.complete()) {
                return broken();
            }
            return summary(output.packets(), output.matched(), output.lost(), output.end());
        }
    }

    private int summary(final long written, final long matched, final long lost, final String why) {
        err().println(
                        written
                                + (written == 1 ? " packet" : " packets")
                                + " (end: "
                                + why
                                + "); "
                                + matched
                                + " passed the filter");
        if (lost > 0) {
            err().println("weir: not complete: " + lost + " packets lost: the ring was full");
        }
        err().flush();
        return lost > 0 ? Cli.INCOMPLETE : Cli.DONE;
    }
}
