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

    @CommandLine.Option(
            names = "--costs",
            description = "What programs, threads and memory cost; the kernel measures meanwhile.")
    private boolean costs;

    @CommandLine.Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --costs: how long it measures, 1 to 10; else 1.")
    private int seconds;

    @Override
    public Integer call() {
        if (costs) {
            final JsonNode measured = agent().get("/v1/costs?seconds=" + seconds);
            out().print(output.forPeople() ? CostText.of(measured) : output.text(measured));
            return Cli.DONE;
        }
        final JsonNode status = agent().get("/v1/status");
        out().print(
                        output.forPeople()
                                ? StatusText.of(status, output.wide())
                                : output.text(status));
        return Cli.DONE;
    }
}
