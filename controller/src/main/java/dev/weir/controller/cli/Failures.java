package dev.weir.controller.cli;

import dev.weir.controller.cli.client.AgentException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line on stderr and the exit code; a class, for lambdas cost start-up time. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(final ParameterException e, final String[] args) {
        final CommandLine command = e.getCommandLine();
        String message = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            message += " (did you mean " + unmatched.getSuggestions().get(0) + "?)";
        }
        final String name = command.getCommandSpec().qualifiedName();
        command.getErr().println("weir: " + oneLine(message) + " (see: " + name + " --help)");
        return Cli.USAGE;
    }

    @Override
    public int handleExecutionException(
            final Exception e, final CommandLine command, final CommandLine.ParseResult parsed) {
        command.getOut().flush();
        final String message =
                e instanceof AgentException || e instanceof CommandException
                        ? e.getMessage()
                        : e.toString();
        command.getErr().println("weir: " + oneLine(message));
        return e instanceof AgentException failure
                        && command.getCommandSpec().userObject() instanceof WeirCommand asked
                ? asked.exitCode(failure)
                : Cli.FAILED;
    }

    private static String oneLine(final String text) {
        return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }
}
