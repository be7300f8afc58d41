package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.document.Json;
import java.util.ArrayList;
import java.util.List;

/** {@code weir stats}: totals of each container since it was attached, and rates of now. */
final class StatsCommand extends ObservingCommand {
    private final Output output = new Output(args);

    private final Arg<String> namespace =
            args.text("-n,--namespace", "NAME", "Only this namespace.");

    private final Arg<String> pod = args.text("--pod", "NAME", "Only this pod.");

    private final Arg<Boolean> raw = args.flag("--raw", "Exact numbers, without units.");

    private final Arg<Boolean> noHeaders =
            args.flag("--no-headers", "No line with the names of the columns.");

    private final Arg<Integer> watch =
            args.add(
                    Args.option("--watch")
                            .type(Integer.class)
                            .arity("0..1")
                            .fallbackValue("2")
                            .paramLabel("SECONDS")
                            .description(
                                    "Again and again, every 2 seconds unless told, until interrupted."));

    StatsCommand() {
        super(
                "stats",
                "Traffic of each container, rates and totals; drops by reason, policy, rule.");
    }

    @Override
    public Integer call() throws InterruptedException {
        if (watch.value() == null) {
            print();
            return Cli.DONE;
        }
        if (watch.value() < 1) {
            throw usage("--watch: " + watch.value() + " (expected: at least 1)");
        }
        final boolean screen = Paint.outIsTerminal();
        do {
            // Home and clear (ECMA-48), where somebody looks; a blank line in a file.
            out().print(screen ? "\u001b[H\u001b[2J" : "");
            print();
            out().print(screen ? "" : "\n");
            out().flush();
            Thread.sleep(watch.value() * 1_000L);
        } while (!out().checkError());
        return Cli.DONE;
    }

    private void print() {
        final JsonNode answer = agent().get("/v1/stats/containers");
        final List<JsonNode> containers = new ArrayList<>();
        for (final JsonNode container : answer.path("items")) {
            if (isWanted(container)) {
                containers.add(container);
            }
        }
        if (output.forPeople()) {
            out().print(
                            new StatsText(output.wide(), raw.value(), !noHeaders.value())
                                    .of(containers));
            return;
        }
        final ArrayNode items = Json.object().putArray("items");
        containers.forEach(items::add);
        out().print(output.text(((ObjectNode) answer).set("items", items)));
    }

    private boolean isWanted(final JsonNode container) {
        return (namespace.value() == null
                        || container.path("namespace").asText().equals(namespace.value()))
                && (pod.value() == null || container.path("pod").asText().equals(pod.value()));
    }
}
