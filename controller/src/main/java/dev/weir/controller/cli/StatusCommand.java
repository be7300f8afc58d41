package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code weir status}: what runs, what is used and why not the better one, how full it is. */
final class StatusCommand extends WeirCommand {
    private final Output output = new Output(args);

    private final Arg<Boolean> costs =
            args.flag(
                    "--costs",
                    "What programs, threads and memory cost; the kernel measures meanwhile.");

    private final Arg<Integer> seconds =
            args.number(
                    "--seconds", "N", 1, "With --costs: how long it measures, 1 to 10; else 1.");

    StatusCommand() {
        super("status", "The agent: version, kernel, hooks, tables, losses, its own cost.");
    }

    @Override
    public Integer call() {
        if (costs.value()) {
            final JsonNode measured = agent().get("/v1/costs?seconds=" + seconds.value());
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
