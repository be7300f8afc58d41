package dev.weir.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs with an environment that says exactly what they see. */
final class Shell {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path BUILD = ROOT.resolve("target/weir");

    private Shell() {}

    /** What a program left behind. */
    record Outcome(int exitCode, String out, String err) {}

    /** Runs in {@code folder}; the environment is PATH, this JVM as JAVA_HOME, and {@code more}. */
    static Outcome run(
            final Path folder, final Map<String, String> more, final List<String> command)
            throws IOException, InterruptedException {
        final Path out = Files.createTempFile("weir", ".out");
        final Path err = Files.createTempFile("weir", ".err");
        try {
            final Process process =
                    builder(folder, more, command)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
            return new Outcome(
                    process.exitValue(),
                    Files.readString(out, UTF_8),
                    Files.readString(err, UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    static ProcessBuilder builder(
            final Path folder, final Map<String, String> more, final List<String> command) {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(more);
        return builder;
    }
}
