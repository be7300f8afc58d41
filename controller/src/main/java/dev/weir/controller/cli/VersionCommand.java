package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.Version;
import dev.weir.controller.document.Json;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code weir version}: needs no agent. */
@CommandLine.Command(name = "version", description = "The version of this program.")
final class VersionCommand extends WeirCommand {
    @Mixin private Output output;

    @Override
    public Integer call() {
        if (output.forPeople()) {
            out().println("weir " + Version.TEXT);
            if (output.wide()) {
                out().println("java " + Runtime.version());
            }
        } else {
            final ObjectNode version = Json.object().put("version", Version.TEXT);
            out().print(output.text(version.put("java", Runtime.version().toString())));
        }
        return Cli.DONE;
    }
}
