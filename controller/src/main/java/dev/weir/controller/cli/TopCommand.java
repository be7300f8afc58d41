package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir top}: the busiest containers, flows or rules, live. */
@CommandLine.Command(
        name = "top",
        description = "The busiest containers, flows or rules with rates, live on the screen.",
        footer = {
            "",
            "Keys: c f r  containers, flows, rules;  b p d t x  by bytes, packets, drops, RTT,",
            "retransmits;  /  filter;  space  pause;  + -  interval;  q  quit.",
            "Exit codes as of weir flows."
        },
        sortOptions = false)
final class TopCommand extends ObservingCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "VIEW",
            converter = ViewChoice.class,
            description = "${COMPLETION-CANDIDATES}.")
    private TopView view = TopView.CONTAINERS;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            converter = OrderChoice.class,
            description = "${COMPLETION-CANDIDATES}.")
    private TopOrder by = TopOrder.BYTES;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Between two looks; ${DEFAULT-VALUE}.")
    private int interval = 2;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "So many tables, then it ends; plain.")
    private Integer count;

    @Option(names = "--limit", paramLabel = "N", description = "Rows of a plain table.")
    private int limit = 20;

    @Option(
            names = "--plain",
            description = "A table every interval, for scripts; so it is without a terminal.")
    private boolean plain;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            converter = Output.FormatChoice.class,
            description = "table, or json: one object an interval; plain.")
    private Output.Format format = Output.Format.TABLE;

    @Option(names = "--no-headers", description = "No line with the names of the columns.")
    private boolean noHeaders;

    /** Reads VIEW. */
    static final class ViewChoice extends Choice<TopView> {
        ViewChoice() {
            super(TopView.class);
        }
    }

    /** Reads {@code --by}. */
    static final class OrderChoice extends Choice<TopOrder> {
        OrderChoice() {
            super(TopOrder.class);
        }
    }

    /** With the filters of flows. */
    static CommandLine withFilters() {
        final CommandSpec spec = CommandSpec.forAnnotatedObject(new TopCommand());
        FlowFilterOptions.addTo(spec);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() throws InterruptedException {
        final List<String> filters = FlowFilterOptions.query(spec().commandLine().getParseResult());
        checkUsage(filters);
        final TopReader reader = new TopReader(agent(), filters);
        try {
            if (plain || count != null || format == Output.Format.JSON || !hasScreen()) {
                plainly(reader);
            } else {
                try (TopScreen screen = new TopScreen(reader, view, by, interval)) {
                    screen.run();
                }
            }
        } catch (final AgentException e) {
            throw refused(e);
        } catch (final IOException e) {
            throw new CommandException("the terminal: " + e.getMessage() + " (try --plain)");
        }
        return Cli.DONE;
    }

    private static boolean hasScreen() {
        return Paint.outIsTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    private void checkUsage(final List<String> filters) {
        if (interval < 1 || count != null && count < 1 || limit < 1) {
            throw usage("--interval, --count, --limit: at least 1");
        }
        if (format != Output.Format.TABLE && format != Output.Format.JSON) {
            throw usage("-o: " + format + " (expected: table, json)");
        }
        if (!filters.isEmpty() && view != TopView.FLOWS) {
            throw usage("filters go with: weir top flows");
        }
        if (view == TopView.RULES && by.compareTo(TopOrder.RTT) >= 0) {
            throw usage("--by " + by + " does not go with rules");
        }
    }

    private void plainly(final TopReader reader) throws InterruptedException {
        reader.read(view, by, limit); // the rates are since then
        for (int turn = 0; count == null || turn < count; turn++) {
            Thread.sleep(interval * 1_000L);
            final List<JsonNode> items = reader.read(view, by, limit);
            if (format == Output.Format.JSON) {
                json(items);
            } else {
                out().print(turn == 0 ? "" : "\n");
                table(items);
            }
            if (out().checkError()) {
                return; // nobody reads any more
            }
        }
    }

    private void json(final List<JsonNode> items) {
        final ObjectNode line =
                Json.object()
                        .put("time", Instant.now().toString())
                        .put("view", view.toString())
                        .put("by", by.toString());
        line.putArray("items").addAll(items);
        out().println(Json.compact(line));
    }

    private void table(final List<JsonNode> items) {
        final TextTable table = new TextTable(view.headers());
        for (final JsonNode item : items) {
            table.row((Object[]) view.cells(item));
        }
        out().print(noHeaders ? table.withoutHeaders() : table);
    }
}
