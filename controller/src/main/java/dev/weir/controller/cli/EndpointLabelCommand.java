package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;

/**
 * {@code weir endpoint label ID app=web tier-}; done when the policies that this moves are in
 * force.
 */
final class EndpointLabelCommand extends WeirCommand {
    private final Output output = new Output(args);

    private final Arg<String> id = args.parameter(0, "ID", "The endpoint's id or the container's.");

    private final Arg<List<String>> labels =
            args.parameters(1, "1..*", "LABEL", "key=value sets, key- removes.");

    EndpointLabelCommand() {
        super("label", "Sets or removes labels; returns when the change is enforced.");
    }

    @Override
    public Integer call() {
        final ObjectNode patch = Json.object();
        try {
            patch.set("labels", Labels.patch(labels.value()));
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        final JsonNode endpoint =
                agent().request(
                                "PATCH",
                                "/v1/endpoints/" + encoded(id.value()),
                                "application/merge-patch+json",
                                patch);
        out().print(
                        output.forPeople()
                                ? "endpoint/"
                                        + endpoint.path("id").asText(id.value())
                                        + " labeled\n"
                                : output.text(endpoint));
        return Cli.DONE;
    }
}
