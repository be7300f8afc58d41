package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.document.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir stats}: totals of each container since it was attached, and rates of now. */
@CommandLine.Command(
        name = "stats",
        description = "Traffic of each container, rates and totals; drops by reason, policy, rule.")
final class StatsCommand extends ObservingCommand {
    @Mixin private Output output;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Only this namespace.")
    private String namespace;

    @Option(names = "--pod", paramLabel = "NAME", description = "Only this pod.")
    private String pod;

    @Option(names = "--raw", description = "Exact numbers, without units.")
    private boolean raw;

    @Option(names = "--no-headers", description = "No line with the names of the columns.")
    private boolean noHeaders;

    @Option(
            names = "--watch",
            arity = "0..1",
            fallbackValue = "2",
            paramLabel = "SECONDS",
            description = "Again and again, every 2 seconds unless told, until interrupted.")
    private Integer watch;

    @Override
    public Integer call() throws InterruptedException {
        if (watch == null) {
            print();
            return Cli.DONE;
        }
        if (watch < 1) {
            throw usage("--watch: " + watch + " (expected: at least 1)");
        }
        final boolean screen = Paint.outIsTerminal();
        do {
            // Home and clear (ECMA-48), where somebody looks; a blank line in a file.
            out().print(screen ? "\u001b[H\u001b[2J" : "");
            print();
            out().print(screen ? "" : "\n");
            out().flush();
            Thread.sleep(watch * 1_000L);
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
            out().print(new StatsText(output.wide(), raw, !noHeaders).of(containers));
            return;
        }
        final ArrayNode items = Json.object().putArray("items");
        containers.forEach(items::add);
        out().print(output.text(((ObjectNode) answer).set("items", items)));
    }

    private boolean isWanted(final JsonNode container) {
        return (namespace == null || container.path("namespace").asText().equals(namespace))
                && (pod == null || container.path("pod").asText().equals(pod));
    }
}
