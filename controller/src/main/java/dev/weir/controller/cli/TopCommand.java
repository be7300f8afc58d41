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

/** {@code weir top}: the busiest containers, flows or rules, live. */
final class TopCommand extends ObservingCommand {
    private final Arg<TopView> view =
            args.add(
                    Args.parameter("0", "VIEW", "${COMPLETION-CANDIDATES}.")
                            .type(TopView.class)
                            .converters(new Choice<>(TopView.class))
                            .arity("0..1")
                            .initialValue(TopView.CONTAINERS));

    private final Arg<TopOrder> by =
            args.choice("--by", "WHAT", TopOrder.BYTES, "${COMPLETION-CANDIDATES}.");

    private final Arg<Integer> interval =
            args.number("--interval", "SECONDS", 2, "Between two looks; ${DEFAULT-VALUE}.");

    private final Arg<Integer> count =
            args.number("--count", "N", null, "So many tables, then it ends; plain.");

    private final Arg<Integer> limit = args.number("--limit", "N", 20, "Rows of a plain table.");

    private final Arg<Boolean> plain =
            args.flag(
                    "--plain", "A table every interval, for scripts; so it is without a terminal.");

    private final Arg<Output.Format> format =
            args.choice(
                    "-o,--output",
                    "FORMAT",
                    Output.Format.TABLE,
                    "table, or json: one object an interval; plain.");

    private final Arg<Boolean> noHeaders =
            args.flag("--no-headers", "No line with the names of the columns.");

    TopCommand() {
        super("top", "The busiest containers, flows or rules with rates, live on the screen.");
        spec().usageMessage()
                .footer(
                        "",
                        "Keys: c f r  containers, flows, rules;  b p d t x  by bytes, packets, drops, RTT,",
                        "retransmits;  /  filter;  space  pause;  + -  interval;  q  quit.",
                        "Exit codes as of weir flows.")
                .sortOptions(false);
        FlowFilterOptions.addTo(spec());
    }

    @Override
    public Integer call() throws InterruptedException {
        final List<String> filters = FlowFilterOptions.query(spec().commandLine().getParseResult());
        checkUsage(filters);
        final TopReader reader = new TopReader(agent(), filters);
        try {
            if (plain.value()
                    || count.value() != null
                    || format.value() == Output.Format.JSON
                    || !hasScreen()) {
                plainly(reader);
            } else {
                try (TopScreen screen =
                        new TopScreen(reader, view.value(), by.value(), interval.value())) {
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
        if (interval.value() < 1
                || count.value() != null && count.value() < 1
                || limit.value() < 1) {
            throw usage("--interval, --count, --limit: at least 1");
        }
        if (format.value() != Output.Format.TABLE && format.value() != Output.Format.JSON) {
            throw usage("-o: " + format.value() + " (expected: table, json)");
        }
        if (!filters.isEmpty() && view.value() != TopView.FLOWS) {
            throw usage("filters go with: weir top flows");
        }
        if (view.value() == TopView.RULES && by.value().compareTo(TopOrder.RTT) >= 0) {
            throw usage("--by " + by.value() + " does not go with rules");
        }
    }

    private void plainly(final TopReader reader) throws InterruptedException {
        reader.read(view.value(), by.value(), limit.value()); // the rates are since then
        for (int turn = 0; count.value() == null || turn < count.value(); turn++) {
            Thread.sleep(interval.value() * 1_000L);
            final List<JsonNode> items = reader.read(view.value(), by.value(), limit.value());
            if (format.value() == Output.Format.JSON) {
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
                        .put("view", view.value().toString())
                        .put("by", by.value().toString());
        line.putArray("items").addAll(items);
        out().println(Json.compact(line));
    }

    private void table(final List<JsonNode> items) {
        final TextTable table = new TextTable(view.value().headers());
        for (final JsonNode item : items) {
            table.row((Object[]) view.value().cells(item));
        }
        out().print(noHeaders.value() ? table.withoutHeaders() : table);
    }
}
