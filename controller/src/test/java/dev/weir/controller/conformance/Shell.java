package dev.weir.controller.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Runs a command that reads its standard input. */
final class Shell {
    private static final int DEADLINE_SECONDS = 60;

    private Shell() {}

    /** What it prints; an error with it when it fails. */
    static String run(final String input, final String... command)
            throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        final String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        if (process.waitFor() != 0) {
            throw new IOException(
                    String.join(" ", command) + ": exit " + process.exitValue() + ": " + output);
        }
        return output;
    }
}
