package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import picocli.CommandLine;

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

    /** {@code flows}, {@code stats}, {@code top}: the agent could not be reached. */
    public static final int UNREACHABLE = 3;

    /** The same: what was printed is not all there was; stderr says what is missing. */
    public static final int INCOMPLETE = 4;

    private static final Failures FAILURES = new Failures();

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
                .setParameterExceptionHandler(FAILURES)
                .setExecutionExceptionHandler(FAILURES)
                .execute(args);
    }
}
