package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.controller.cli.client.AgentException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code weir}: words to a command, and its outcome to an exit code. */
public final class Cli {
    /** Done. */
    public static final int DONE = 0;

    /** It failed; one line on stderr says why. */
    public static final int FAILED = 1;

    /** Wrong usage. */
    public static final int USAGE = 2;

    /** {@code policy test}: the traffic would be denied. */
    public static final int DENIED = 3;

    private Cli() {}

    /** Runs one command on the process's own streams. */
    public static int run(final String... args) {
        final PrintWriter out = writer(FileDescriptor.out);
        final PrintWriter err = writer(FileDescriptor.err);
        final int exitCode = run(out, err, args);
        err.flush();
        out.flush();
        return exitCode;
    }

    private static PrintWriter writer(final FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), UTF_8));
    }

    /** Runs one command. */
    static int run(final PrintWriter out, final PrintWriter err, final String... args) {
        return CommandTree.of(args)
                .setOut(out)
                .setErr(err)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler(Cli::wrongUsage)
                .setExecutionExceptionHandler(Cli::failed)
                .execute(args);
    }

    private static int wrongUsage(final ParameterException e, final String[] args) {
        final CommandLine command = e.getCommandLine();
        String message = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            message += " (did you mean " + unmatched.getSuggestions().get(0) + "?)";
        }
        final String name = command.getCommandSpec().qualifiedName();
        command.getErr().println("weir: " + oneLine(message) + " (see: " + name + " --help)");
        return USAGE;
    }

    private static int failed(
            final Exception e, final CommandLine command, final CommandLine.ParseResult parsed) {
        command.getOut().flush();
        final String message =
                e instanceof AgentException || e instanceof CommandException
                        ? e.getMessage()
                        : e.toString();
        command.getErr().println("weir: " + oneLine(message));
        return FAILED;
    }

    private static String oneLine(final String text) {
        return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }
}
