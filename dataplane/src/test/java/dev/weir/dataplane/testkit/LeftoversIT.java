package dev.weir.dataplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.map.BpfFs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test JVM that is ended in the middle leaves nothing on the machine. */
@KernelTest
class LeftoversIT {
    private static final int DEADLINE_SECONDS = 60;

    @TempDir private Path folder;
    private Process tests;

    /** What it made. */
    private record Made(Path netns, Path bpffs, ProcessHandle inside) {
        boolean isThere() {
            return Files.exists(netns) && BpfFs.isOn(bpffs) && inside.isAlive();
        }
    }

    /** Stands for a test JVM in the middle of a test. */
    public static final class Interrupted {
        private Interrupted() {}

        /** Makes one of each and waits for its end. */
        public static void main(final String[] args) throws Exception {
            final Netns netns = Netns.create();
            netns.veth("eth0");
            final Process inside = netns.start("sleep", "1000");
            final TemporaryBpffs bpffs = TemporaryBpffs.mount();
            Await.until(
                    () ->
                            netns.run("ip", "netns", "pids", netns.name())
                                    .contains("" + inside.pid()),
                    "the process to be inside");
            System.out.println(netns.path());
            System.out.println(bpffs.path());
            System.out.println(inside.pid());
            System.in.read();
        }
    }

    private Made begin() throws IOException {
        tests =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-opens",
                                "java.base/jdk.internal.misc=ALL-UNNAMED",
                                "-Dbasedir=" + folder,
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Interrupted.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        final BufferedReader said = tests.inputReader();
        final Made made =
                new Made(
                        Path.of(said.readLine()),
                        Path.of(said.readLine()),
                        ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow());
        assertThat(made.isThere()).isTrue();
        return made;
    }

    private void assertGone(final Made made) throws Exception {
        assertThat(made.netns()).doesNotExist();
        assertThat(made.bpffs()).doesNotExist();
        Await.until(() -> !made.inside().isAlive(), "the process inside to be gone");
        try (Stream<Path> records = Files.list(folder.resolve("target/leftovers"))) {
            assertThat(records).isEmpty();
        }
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(tests.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private void removeLeftovers() throws Exception {
        final List<Path> records;
        try (Stream<Path> all = Files.list(folder.resolve("target/leftovers"))) {
            records = all.toList();
        }
        assertThat(records).hasSize(1);
        Netns.host("bash", Leftovers.script().toString(), records.get(0).toString());
    }

    @AfterEach
    void end() throws Exception {
        tests.destroyForcibly();
        awaitEnd();
        try (Stream<Path> all = Files.list(folder.resolve("target/leftovers"))) {
            for (final Path each : all.toList()) {
                Netns.host("bash", Leftovers.script().toString(), each.toString());
            }
        }
    }

    @Test
    void shouldLeaveNothingWhenToldToEnd() throws Exception {
        final Made made = begin();

        tests.destroy();
        awaitEnd();

        assertGone(made);
    }

    @Test
    void shouldLeaveOnRecordWhatItMadeWhenKilled() throws Exception {
        final Made made = begin();

        removeLeftovers();
        assertThat(made.isThere()).as("as long as it lives").isTrue();
        tests.destroyForcibly();
        awaitEnd();
        assertThat(made.isThere()).isTrue();
        removeLeftovers();

        assertGone(made);
    }
}
