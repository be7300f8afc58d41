package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code weir endpoint label ID app=web tier-}; done when the policies that this moves are in
 * force.
 */
@CommandLine.Command(
        name = "label",
        description = "Sets or removes labels; returns when the change is enforced.")
final class EndpointLabelCommand extends WeirCommand {
    @Mixin private Output output;

    @Parameters(
            index = "0",
            paramLabel = "ID",
            description = "The endpoint's id or the container's.")
    private String id;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "LABEL",
            description = "key=value sets, key- removes.")
    private List<String> labels;

    @Override
    public Integer call() {
        final ObjectNode patch = Json.object();
        try {
            patch.set("labels", Labels.patch(labels));
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        final JsonNode endpoint =
                agent().request(
                                "PATCH",
                                "/v1/endpoints/" + encoded(id),
                                "application/merge-patch+json",
                                patch);
        out().print(
                        output.forPeople()
                                ? "endpoint/" + endpoint.path("id").asText(id) + " labeled\n"
                                : output.text(endpoint));
        return Cli.DONE;
    }
}
