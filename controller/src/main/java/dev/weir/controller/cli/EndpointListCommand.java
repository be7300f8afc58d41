package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir endpoint list}. */
@CommandLine.Command(name = "list", description = "Every container that Weir guards.")
final class EndpointListCommand extends WeirCommand {
    @Mixin private Output output;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Only this namespace, in tables.")
    private String namespace;

    @Option(
            names = {"-a", "--all"},
            description = "Also containers that are not attached, and whose each is.")
    private boolean all;

    @Override
    public Integer call() {
        final JsonNode answer = agent().get("/v1/endpoints" + (all ? "?all=true" : ""));
        if (!output.forPeople()) {
            out().print(output.text(answer));
            return Cli.DONE;
        }
        final TextTable table =
                all ? FoundText.table(output.wide()) : EndpointText.table(output.wide());
        for (final JsonNode endpoint : answer.path("items")) {
            if (namespace == null || endpoint.path("namespace").asText().equals(namespace)) {
                if (all) {
                    FoundText.row(table, endpoint, output.wide());
                } else {
                    EndpointText.row(table, endpoint, output.wide());
                }
            }
        }
        out().print(table.isEmpty() ? "no endpoints\n" : table);
        return Cli.DONE;
    }
}
