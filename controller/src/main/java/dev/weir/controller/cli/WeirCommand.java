package dev.weir.controller.cli;

import dev.weir.controller.cli.client.AgentClient;
import dev.weir.controller.cli.client.AgentException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What every command has: {@code --socket}, {@code --help}, and where it prints. */
abstract class WeirCommand implements Callable<Integer> {
    private static final String DEFAULT_SOCKET = "/run/weir/weir.sock";

    /** Where a command's fields say what it can be given. */
    final Args args;

    private final CommandSpec spec;
    private final Arg<Path> socket;

    /** With its name and what its help says first. */
    WeirCommand(final String name, final String... description) {
        spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description);
        args = new Args(spec);
        socket =
                args.add(
                        Args.option("--socket")
                                .type(Path.class)
                                .paramLabel("PATH")
                                .description(
                                        "The agent's socket; else WEIR_SOCKET, else "
                                                + DEFAULT_SOCKET
                                                + "."));
        addHelp(spec);
    }

    /** {@code --help}, which every command and every group of them has. */
    static void addHelp(final CommandSpec spec) {
        spec.addOption(
                Args.option("-h,--help").usageHelp(true).description("Show this help.").build());
    }

    /** What the command ends with when the agent fails it. */
    int exitCode(final AgentException e) {
        return Cli.FAILED;
    }

    /** The agent to ask. */
    final AgentClient agent() {
        if (socket.value() != null) {
            return new AgentClient(socket.value());
        }
        final String fromEnvironment = System.getenv("WEIR_SOCKET");
        return new AgentClient(
                Path.of(
                        fromEnvironment == null || fromEnvironment.isEmpty()
                                ? DEFAULT_SOCKET
                                : fromEnvironment));
    }

    /** What picocli knows of it. */
    final CommandSpec spec() {
        return spec;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Wrong usage that only the command itself can see. */
    final ParameterException usage(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** One segment of a path, or one value of a query. */
    static String encoded(final String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
