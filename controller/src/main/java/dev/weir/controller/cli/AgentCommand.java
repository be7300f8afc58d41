package dev.weir.controller.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Here for the help alone: {@code Main} starts the agent before the command line is made. */
@CommandLine.Command(
        name = "agent",
        description = "Runs the agent; its own --help has every setting.")
final class AgentCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "agent must be the first word (expected: weir agent ...)");
    }
}
