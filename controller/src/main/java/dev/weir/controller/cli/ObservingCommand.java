package dev.weir.controller.cli;

import dev.weir.controller.cli.client.AgentException;
import java.util.List;
import picocli.CommandLine.ParameterException;

/**
 * A command that only looks. Scripts can tell its outcomes apart: {@link Cli#UNREACHABLE} and
 * {@link Cli#INCOMPLETE} beside what every command has.
 */
abstract class ObservingCommand extends WeirCommand {
    private static final String QUERY = "query ";

    ObservingCommand(final String name, final String... description) {
        super(name, description);
    }

    @Override
    final int exitCode(final AgentException e) {
        return e.unreachable() ? Cli.UNREACHABLE : Cli.FAILED;
    }

    /** Adds a parameter, unless {@code value} is null: then the agent's own holds. */
    static void add(final List<String> query, final String name, final String value) {
        if (value != null) {
            query.add(name + "=" + encoded(value));
        }
    }

    /** A value that only the agent could tell to be wrong is wrong usage; all else comes back. */
    final RuntimeException refused(final AgentException e) {
        if (e.status() != 400 || !e.getMessage().startsWith(QUERY)) {
            return e;
        }
        final String parameter = e.getMessage().substring(QUERY.length());
        final ParameterException usage =
                usage(
                        parameter.startsWith("not-")
                                ? "--not --" + parameter.substring(4)
                                : "--" + parameter);
        usage.addSuppressed(e);
        return usage;
    }
}
