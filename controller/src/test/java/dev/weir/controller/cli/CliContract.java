package dev.weir.controller.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of commands share: an agent that answers as told, and what the user sees. */
abstract class CliContract {
    @TempDir Path folder;

    FakeAgent agent;

    /** What a command left behind. */
    record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void startAgent() throws IOException {
        agent = new FakeAgent(folder.resolve("weir.sock"));
    }

    @AfterEach
    void stopAgent() throws IOException {
        agent.close();
    }

    /** Runs a command against the agent. */
    final Outcome weir(final String... words) {
        final String[] args = java.util.Arrays.copyOf(words, words.length + 2);
        args[words.length] = "--socket";
        args[words.length + 1] = agent.socket().toString();
        return alone(args);
    }

    /** Runs a command with just these words. */
    static Outcome alone(final String... words) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = Cli.run(new PrintWriter(out), new PrintWriter(err), words);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    final Path file(final String name, final String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
