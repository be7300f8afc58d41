package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** {@code weir capture}: packets with their verdicts, to a pcapng file or as text. */
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

    private final Arg<String> file =
            args.text(
                    "-w,--write",
                    "FILE",
                    "Writes pcapng there; - is stdout: weir capture -w - | tshark -r -.");

    private final Arg<String> packets = args.text("-c,--packets", "N", "Ends after N packets.");

    private final Arg<String> duration =
            args.text(
                    "--duration",
                    "TIME",
                    "Ends after 500ms, 10s, 5m; 60s unless given, 1h at most.");

    private final Arg<String> size =
            args.text(
                    "--size",
                    "BYTES",
                    "Ends after so much output; 100MiB unless given, 10GiB at most.");

    private final Arg<String> snaplen =
            args.text(
                    "--snaplen",
                    "BYTES",
                    "Only the first bytes of each packet; 65536 unless given.");

    private final Arg<Boolean> json =
            args.flag("--json", "A JSON object a line, without the packet's bytes.");

    private JsonNode end;

    CaptureCommand() {
        super(
                "capture",
                "Packets of containers with their verdicts, as text or with -w as pcapng.",
                "Filters of containers choose whose packets; the others are asked of each packet,",
                "in the kernel; from and to are its sender and receiver.");
        spec().usageMessage()
                .footer(
                        "",
                        "Exit codes: 0 done; 1 it failed; 2 wrong usage; 3 no agent; 4 packets were lost, and",
                        "stderr says how many.")
                .sortOptions(false);
        FlowFilterOptions.addTo(spec(), FILTERS::contains, SIDED::contains);
    }

    @Override
    public Integer call() {
        if (file.value() != null && json.value()) {
            throw usage("-w and --json: only one of them");
        }
        final List<String> query = FlowFilterOptions.query(spec().commandLine().getParseResult());
        add(query, "packets", packets.value());
        add(query, "duration", duration.value());
        add(query, "size", size.value());
        add(query, "snaplen", snaplen.value());
        query.add(file.value() == null ? "format=json" : "format=pcapng");
        final String path = "/v1/capture?" + String.join("&", query);
        try {
            return file.value() == null ? print(path) : write(path);
        } catch (final AgentException e) {
            throw refused(e);
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
                out().println(json.value() ? text : CaptureText.line(item));
            }
        } catch (final IOException e) {
            throw new CommandException("the agent's stream is no JSON: " + e.getMessage());
        }
        return !out().checkError();
    }

    private int write(final String path) {
        try (PcapngFile output = new PcapngFile(file.value())) {
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
