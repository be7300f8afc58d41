package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weir namespace label NAME team=shop old-}. */
@CommandLine.Command(
        name = "label",
        description = "Sets or removes a namespace's labels; returns when the change is enforced.")
final class NamespaceLabelCommand extends WeirCommand {
    @Mixin private Output output;

    @Parameters(index = "0", paramLabel = "NAME", description = "The namespace.")
    private String name;

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
            patch.putObject("metadata").set("labels", Labels.patch(labels));
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        final JsonNode namespace =
                agent().request(
                                "PATCH",
                                "/api/v1/namespaces/" + encoded(name),
                                "application/merge-patch+json",
                                patch);
        out().print(
                        output.forPeople()
                                ? "namespace/" + name + " labeled\n"
                                : output.text(namespace));
        return Cli.DONE;
    }
}
