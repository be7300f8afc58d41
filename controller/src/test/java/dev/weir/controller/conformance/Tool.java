package dev.weir.controller.conformance;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A C program of {@code tests/} that takes commands and gives answers, a line each. */
class Tool {
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    /** Compiles {@code tests/NAME.c} into {@code folder} and starts it. */
    Tool(final String name, final Path folder) throws IOException, InterruptedException {
        final Path binary = folder.resolve(name);
        Shell.run(
                "",
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-D_GNU_SOURCE",
                "-pthread",
                "-o",
                binary.toString(),
                root().resolve("tests/" + name + ".c").toString());
        process =
                new ProcessBuilder(binary.toString())
                        .redirectError(folder.resolve(name + ".log").toFile())
                        .start();
        commands =
                new BufferedWriter(
                        new OutputStreamWriter(
                                process.getOutputStream(), StandardCharsets.US_ASCII));
        answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** The top of the repository: Maven runs tests in the module's folder. */
    static Path root() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("tests/reach.c")) ? here : here.getParent();
    }

    /** Says something that is answered later. */
    final void command(final String line) throws IOException {
        commands.write(line);
        commands.write('\n');
    }

    /** The next answer. */
    final String answer() throws IOException {
        commands.flush();
        final String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the tool ended; what it said is in its .log");
        }
        return answer;
    }

    /** Ends it. */
    final void close() throws IOException, InterruptedException {
        commands.close(); // it ends with its input
        process.waitFor();
        answers.close();
    }
}
