package dev.weir.controller;

import dev.weir.controller.app.AgentMain;
import dev.weir.controller.cli.Cli;
import java.util.Arrays;

/** What {@code bin/weir} starts: the agent for {@code weir agent}, else the command line. */
public final class Main {
    private Main() {}

    /** The command line ends the JVM with its exit code; the agent does so on its own. */
    public static void main(final String[] args) {
        if (args.length > 0 && args[0].equals("agent")) {
            AgentMain.main(Arrays.copyOfRange(args, 1, args.length));
        } else {
            System.exit(Cli.run(args));
        }
    }
}
