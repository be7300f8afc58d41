package dev.weir.controller;

import dev.weir.controller.app.AgentMain;
import dev.weir.controller.cli.Cli;
import java.util.Arrays;

/** What {@code bin/weir} starts: the agent, or the command line. */
public final class Main {
    private Main() {}

    /** Ends the JVM with the command's exit code; the agent ends it on its own. */
    public static void main(final String[] args) {
        if (args.length > 0 && args[0].equals("agent")) {
            AgentMain.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        System.exit(Cli.run(args));
    }
}
