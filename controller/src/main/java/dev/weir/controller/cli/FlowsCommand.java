package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code weir flows}: what went through, or with {@code -f} what goes through. */
@CommandLine.Command(
        name = "flows",
        description = "Flows of every container, filtered by the agent; -f follows them.",
        footer = {
            "",
            "Exit codes: 0 done; 1 it failed; 2 wrong usage; 3 no agent; 4 the answer is not",
            "complete, and stderr says what is missing."
        },
        sortOptions = false)
final class FlowsCommand extends ObservingCommand {
    private static final String EVERY = "999999999";
    private static final int DEFAULT_LAST = 20;

    @Option(
            names = {"-f", "--follow"},
            description = "Prints flows as they come, until interrupted.")
    private boolean follow;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            converter = FormatChoice.class,
            description = "${COMPLETION-CANDIDATES}; json, jsonl, yaml and csv carry every field.")
    private FlowOutput.Format format = FlowOutput.Format.TABLE;

    @Option(
            names = "--fields",
            paramLabel = "NAMES",
            description = "Only these, with commas: columns (why, rtt) or members (source.pod).")
    private String fields;

    @Option(names = "--no-headers", description = "No line with the names of the columns.")
    private boolean noHeaders;

    @Option(names = "--raw", description = "Exact numbers, without units.")
    private boolean raw;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            converter = PaintChoice.class,
            description = "${COMPLETION-CANDIDATES}.")
    private Paint.When color = Paint.When.AUTO;

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "The newest N that match; 20 unless a time or --all is given.")
    private Integer last;

    @Option(names = "--first", paramLabel = "N", description = "The oldest N that match.")
    private Integer first;

    @Option(names = "--all", description = "All that match.")
    private boolean all;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "An age such as 5m, or a time as in RFC 3339.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "The same, for the end.")
    private String until;

    private boolean lost;

    /** Reads {@code -o}. */
    static final class FormatChoice extends Choice<FlowOutput.Format> {
        FormatChoice() {
            super(FlowOutput.Format.class);
        }
    }

    /** Reads {@code --color}. */
    static final class PaintChoice extends Choice<Paint.When> {
        PaintChoice() {
            super(Paint.When.class);
        }
    }

    /** With its filters, which have no fields. */
    static CommandLine withFilters() {
        final CommandSpec spec = CommandSpec.forAnnotatedObject(new FlowsCommand());
        FlowFilterOptions.addTo(spec);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        checkUsage();
        final FlowOutput output = output();
        final List<String> query = FlowFilterOptions.query(spec().commandLine().getParseResult());
        add(query, "first", first == null ? null : first.toString());
        add(query, "last", lastWanted());
        add(query, "since", since);
        add(query, "until", until);
        try {
            if (!follow) {
                return list(output, path(query));
            }
            query.add("follow=true");
            agent().follow(path(query), line -> print(output, line));
        } catch (final AgentException e) {
            throw refused(e);
        }
        return lost ? Cli.INCOMPLETE : Cli.DONE;
    }

    private void checkUsage() {
        atLeastOne("--last", last);
        atLeastOne("--first", first);
        if ((last == null ? 0 : 1) + (first == null ? 0 : 1) + (all ? 1 : 0) > 1) {
            throw usage("--first, --last and --all: only one of them");
        }
        if (follow && until != null) {
            throw usage("--until does not go with --follow");
        }
        if (follow && first != null) {
            throw usage("--first does not go with --follow");
        }
        if (fields != null && format == FlowOutput.Format.COMPACT) {
            throw usage("--fields does not go with -o compact");
        }
    }

    private void atLeastOne(final String option, final Integer value) {
        if (value != null && value < 1) {
            throw usage(option + ": " + value + " (expected: at least 1)");
        }
    }

    private FlowOutput output() {
        try {
            return new FlowOutput(
                    out(),
                    format,
                    fields == null ? null : FlowFields.parse(fields),
                    noHeaders,
                    raw,
                    Paint.of(color),
                    follow);
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    /** Null if the agent's own limit, or none, is to hold. */
    private String lastWanted() {
        if (all) {
            return EVERY;
        }
        if (last != null) {
            return last.toString();
        }
        final boolean bounded = first != null || since != null || until != null || follow;
        return bounded ? null : Integer.toString(DEFAULT_LAST);
    }

    private static void add(final List<String> query, final String name, final String value) {
        if (value != null) {
            query.add(name + "=" + encoded(value));
        }
    }

    private static String path(final List<String> query) {
        return "/v1/flows" + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    private int list(final FlowOutput output, final String path) {
        final JsonNode rest = agent().items(path, output::item);
        output.end(rest);
        out().flush();
        final long matched = rest.path("matched").asLong();
        if (matched > output.printed()) {
            err().println(
                            (first == null ? "the last " : "the first ")
                                    + output.printed()
                                    + " of "
                                    + matched
                                    + " (more: --"
                                    + (first == null ? "last" : "first")
                                    + " N, or --all)");
        }
        for (final JsonNode missing : rest.path("missing")) {
            err().println("weir: not complete: " + FlowText.loss(missing));
        }
        return rest.path("missing").isEmpty() ? Cli.DONE : Cli.INCOMPLETE;
    }

    /** One record of a stream; false when nobody reads any more. */
    private boolean print(final FlowOutput output, final String line) {
        try {
            final JsonNode item = Json.read(line);
            if (item.has("lost")) {
                lost = true;
                output.loss(item);
            } else {
                output.item(item);
            }
        } catch (final IOException e) {
            throw new CommandException("the agent's stream is no JSON: " + e.getMessage());
        }
        return !out().checkError();
    }
}
