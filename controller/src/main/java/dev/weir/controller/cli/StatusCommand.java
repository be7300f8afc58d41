package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code weir status}: what runs, what is used and why not the better one, how full it is. */
@CommandLine.Command(
        name = "status",
        description = "The agent: version, kernel, hooks, tables, losses, its own cost.")
final class StatusCommand extends WeirCommand {
    @Mixin private Output output;

    @Override
    public Integer call() {
        final JsonNode status = agent().get("/v1/status");
        out().print(
                        output.forPeople()
                                ? StatusText.of(status, output.wide())
                                : output.text(status));
        return Cli.DONE;
    }
}
