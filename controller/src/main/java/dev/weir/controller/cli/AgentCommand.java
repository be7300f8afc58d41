package dev.weir.controller.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Here for the help alone: {@code Main} starts the agent before the command line is made. */
final class AgentCommand implements Runnable {
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("agent");

    AgentCommand() {
        spec.usageMessage().description("Runs the agent; its own --help has every setting.");
        WeirCommand.addHelp(spec);
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "agent must be the first word (expected: weir agent ...)");
    }
}
