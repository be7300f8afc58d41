package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Labels;
import dev.weir.controller.document.Json;
import java.util.List;

/** {@code weir namespace label NAME team=shop old-}. */
final class NamespaceLabelCommand extends WeirCommand {
    private final Output output = new Output(args);

    private final Arg<String> name = args.parameter(0, "NAME", "The namespace.");

    private final Arg<List<String>> labels =
            args.parameters(1, "1..*", "LABEL", "key=value sets, key- removes.");

    NamespaceLabelCommand() {
        super(
                "label",
                "Sets or removes a namespace's labels; returns when the change is enforced.");
    }

    @Override
    public Integer call() {
        final ObjectNode patch = Json.object();
        try {
            patch.putObject("metadata").set("labels", Labels.patch(labels.value()));
        } catch (final IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        final JsonNode namespace =
                agent().request(
                                "PATCH",
                                "/api/v1/namespaces/" + encoded(name.value()),
                                "application/merge-patch+json",
                                patch);
        out().print(
                        output.forPeople()
                                ? "namespace/" + name.value() + " labeled\n"
                                : output.text(namespace));
        return Cli.DONE;
    }
}
