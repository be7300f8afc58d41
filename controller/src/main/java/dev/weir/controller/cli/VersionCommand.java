package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.Version;
import dev.weir.controller.document.Json;

/** {@code weir version}: needs no agent. */
final class VersionCommand extends WeirCommand {
    private final Output output = new Output(args);

    VersionCommand() {
        super("version", "The version of this program.");
    }

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
