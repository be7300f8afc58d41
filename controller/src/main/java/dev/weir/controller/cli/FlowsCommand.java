package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Yaml;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code weir flows}: what went through, or with {@code -f} what goes through. */
@CommandLine.Command(
        name = "flows",
        description = "Flows of every container, filtered; -f follows them.",
        sortOptions = false)
final class FlowsCommand extends WeirCommand {
    @Option(
            names = {"-f", "--follow"},
            description = "Prints flows as they come, until interrupted.")
    private boolean follow;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            converter = FormatChoice.class,
            description = "${COMPLETION-CANDIDATES}; json, jsonl and yaml carry every field.")
    private Format format;

    @Option(names = "--last", paramLabel = "N", description = "The last N that match.")
    private Integer last;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "An age such as 5m, or a time as in RFC 3339.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "The same, for the end.")
    private String until;

    /** How flows are printed. */
    enum Format {
        TABLE,
        WIDE,
        COMPACT,
        JSON,
        JSONL,
        YAML;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads it. */
    static final class FormatChoice extends Choice<Format> {
        FormatChoice() {
            super(Format.class);
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
        if (last != null && last < 1) {
            throw usage("--last: " + last + " (expected: at least 1)");
        }
        if (follow && until != null) {
            throw usage("--until does not go with --follow");
        }
        final List<String> query = FlowFilterOptions.query(spec().commandLine().getParseResult());
        add(query, "last", last == null ? null : last.toString());
        add(query, "since", since);
        add(query, "until", until);
        if (follow) {
            query.add("follow=true");
            agent().follow(path(query), this::print);
        } else {
            print(agent().get(path(query)));
        }
        return Cli.DONE;
    }

    private static void add(final List<String> query, final String name, final String value) {
        if (value != null) {
            query.add(name + "=" + encoded(value));
        }
    }

    private static String path(final List<String> query) {
        return "/v1/flows" + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    private void print(final JsonNode answer) {
        switch (format == null ? Format.TABLE : format) {
            case TABLE -> table(answer, false);
            case WIDE -> table(answer, true);
            case COMPACT ->
                    answer.path("items").forEach(flow -> out().println(FlowText.line(flow)));
            case JSON -> out().println(Json.pretty(answer));
            case JSONL -> answer.path("items").forEach(flow -> out().println(Json.compact(flow)));
            case YAML -> out().print(Yaml.write(answer));
        }
    }

    private void table(final JsonNode answer, final boolean wide) {
        final TextTable table = FlowText.table(wide);
        for (final JsonNode flow : answer.path("items")) {
            FlowText.row(table, flow, wide);
        }
        out().print(table.isEmpty() ? "no flows\n" : table);
        final long matched = answer.path("matched").asLong();
        final int shown = answer.path("items").size();
        if (matched > shown) {
            out().flush();
            err().println("the last " + shown + " of " + matched + " (more: --last N)");
        }
    }

    /** One record of a stream; false when nobody reads any more. */
    private boolean print(final String line) {
        try {
            switch (format == null ? Format.COMPACT : format) {
                case JSON, JSONL -> out().println(line);
                case YAML -> out().print("---\n" + Yaml.write(Json.read(line)));
                case TABLE, WIDE, COMPACT -> out().println(FlowText.line(Json.read(line)));
            }
        } catch (final IOException e) {
            throw new CommandException("the agent's stream is no JSON: " + e.getMessage());
        }
        return !out().checkError();
    }
}
