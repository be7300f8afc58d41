package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.util.List;

/** {@code weir flows}: what went through, or with {@code -f} what goes through. */
final class FlowsCommand extends ObservingCommand {
    private static final String EVERY = "999999999";
    private static final int DEFAULT_LAST = 20;

    private final Arg<Boolean> follow =
            args.flag("-f,--follow", "Prints flows as they come, until interrupted.");

    private final Arg<FlowOutput.Format> format =
            args.choice(
                    "-o,--output",
                    "FORMAT",
                    FlowOutput.Format.TABLE,
                    "${COMPLETION-CANDIDATES}; json, jsonl, yaml and csv carry every field.");

    private final Arg<String> fields =
            args.text(
                    "--fields",
                    "NAMES",
                    "Only these, with commas: columns (why, rtt) or members (source.pod).");

    private final Arg<Boolean> noHeaders =
            args.flag("--no-headers", "No line with the names of the columns.");

    private final Arg<Boolean> raw = args.flag("--raw", "Exact numbers, without units.");

    private final Arg<Paint.When> color =
            args.choice("--color", "WHEN", Paint.When.AUTO, "${COMPLETION-CANDIDATES}.");

    private final Arg<Integer> last =
            args.number(
                    "--last",
                    "N",
                    null,
                    "The newest N that match; 20 unless a time or --all is given.");

    private final Arg<Integer> first =
            args.number("--first", "N", null, "The oldest N that match.");

    private final Arg<Boolean> all = args.flag("--all", "All that match.");

    private final Arg<String> since =
            args.text("--since", "TIME", "An age such as 5m, or a time as in RFC 3339.");

    private final Arg<String> until = args.text("--until", "TIME", "The same, for the end.");

    private boolean lost;

    FlowsCommand() {
        super("flows", "Flows of every container, filtered by the agent; -f follows them.");
        spec().usageMessage()
                .footer(
                        "",
                        "Exit codes: 0 done; 1 it failed; 2 wrong usage; 3 no agent; 4 the answer is not",
                        "complete, and stderr says what is missing.")
                .sortOptions(false);
        FlowFilterOptions.addTo(spec());
    }

    @Override
    public Integer call() {
        checkUsage();
        final FlowOutput output = output();
        final List<String> query = FlowFilterOptions.query(spec().commandLine().getParseResult());
        add(query, "first", first.value() == null ? null : first.value().toString());
        add(query, "last", lastWanted());
        add(query, "since", since.value());
        add(query, "until", until.value());
        try {
            if (!follow.value()) {
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
        atLeastOne("--last", last.value());
        atLeastOne("--first", first.value());
        if ((last.value() == null ? 0 : 1) + (first.value() == null ? 0 : 1) + (all.value() ? 1 : 0)
                > 1) {
            throw usage("--first, --last and --all: only one of them");
        }
        if (follow.value() && until.value() != null) {
            throw usage("--until does not go with --follow");
        }
        if (follow.value() && first.value() != null) {
            throw usage("--first does not go with --follow");
        }
        if (fields.value() != null && format.value() == FlowOutput.Format.COMPACT) {
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
                    format.value(),
                    fields.value() == null ? null : FlowFields.parse(fields.value()),
                    noHeaders.value(),
                    raw.value(),
                    Paint.of(color.value()),
                    follow.value());
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    /** Null if the agent's own limit, or none, is to hold. */
    private String lastWanted() {
        if (all.value()) {
            return EVERY;
        }
        if (last.value() != null) {
            return last.value().toString();
        }
        final boolean bounded =
                first.value() != null
                        || since.value() != null
                        || until.value() != null
                        || follow.value();
        return bounded ? null : Integer.toString(DEFAULT_LAST);
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
                            (first.value() == null ? "the last " : "the first ")
                                    + output.printed()
                                    + " of "
                                    + matched
                                    + " (more: --"
                                    + (first.value() == null ? "last" : "first")
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
