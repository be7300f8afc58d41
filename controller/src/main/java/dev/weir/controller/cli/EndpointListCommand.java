package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;

/** {@code weir endpoint list}. */
final class EndpointListCommand extends WeirCommand {
    private final Output output = new Output(args);

    private final Arg<String> namespace =
            args.text("-n,--namespace", "NAME", "Only this namespace, in tables.");

    private final Arg<Boolean> all =
            args.flag("-a,--all", "Also containers that are not attached, and whose each is.");

    EndpointListCommand() {
        super("list", "Every container that Weir guards.");
    }

    @Override
    public Integer call() {
        final JsonNode answer = agent().get("/v1/endpoints" + (all.value() ? "?all=true" : ""));
        if (!output.forPeople()) {
            out().print(output.text(answer));
            return Cli.DONE;
        }
        final TextTable table =
                all.value() ? FoundText.table(output.wide()) : EndpointText.table(output.wide());
        for (final JsonNode endpoint : answer.path("items")) {
            if (namespace.value() == null
                    || endpoint.path("namespace").asText().equals(namespace.value())) {
                if (all.value()) {
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
