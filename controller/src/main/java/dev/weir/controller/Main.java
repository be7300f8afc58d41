package dev.weir.controller;

import dev.weir.controller.cli.Cli;

/** What {@code bin/weir} starts: the agent, or the command line. */
public final class Main {
    private Main() {}

    /** Ends the JVM with the command's exit code; the agent ends it on its own. */
    public static void main(final String[] args) {
        System.exit(Cli.run(args));
    }
}
