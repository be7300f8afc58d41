package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.Version;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/weir} as the build leaves it. */
class LauncherTest {
    private static final String LAUNCHER = Shell.BUILD + "/bin/weir";
    private static final Shell.Outcome VERSION =
            new Shell.Outcome(0, "weir " + Version.TEXT + "\n", "");

    @TempDir Path folder;

    @Test
    void shouldFindItsFolderFromAnywhereAndThroughLinks() throws Exception {
        Files.createSymbolicLink(folder.resolve("first"), Path.of(LAUNCHER));
        Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("bin/weir"), Path.of("../first"));

        assertThat(weir(Map.of(), LAUNCHER, "version")).isEqualTo(VERSION);
        assertThat(weir(Map.of(), folder + "/bin/weir", "version")).isEqualTo(VERSION);
        assertThat(weir(Map.of(), "bin/weir", "version")).isEqualTo(VERSION);
        assertThat(
                        weir(
                                Map.of("PATH", folder + "/bin:" + System.getenv("PATH")),
                                "sh",
                                "-c",
                                "weir version"))
                .isEqualTo(VERSION);
        Files.delete(folder.resolve("first"));
    }

    @Test
    void shouldSayWhichJavaItNeeds() throws Exception {
        assertThat(weir(Map.of("JAVA_HOME", "/nowhere"), LAUNCHER, "version"))
                .isEqualTo(
                        new Shell.Outcome(
                                1,
                                "",
                                "weir: JAVA_HOME: /nowhere (expected: a folder with bin/java,"
                                        + " Java 17 or newer)\n"));
        // An otherwise sufficient PATH without java.
        final Path tools = Files.createDirectory(folder.resolve("tools"));
        for (final String tool : List.of("sh", "readlink", "dirname", "sed")) {
            script(tools.resolve(tool), "exec " + onPath(tool) + " \"$@\"");
        }
        assertThat(
                        weir(Map.of("JAVA_HOME", "", "PATH", tools.toString()), LAUNCHER, "version")
                                .err())
                .isEqualTo(
                        "weir: java: not found (expected: Java 17 or newer on PATH or in"
                                + " JAVA_HOME)\n");
    }

    private static void script(final Path file, final String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Path onPath(final String tool) {
        for (final String each : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(each, tool))) {
                return Path.of(each, tool);
            }
        }
        throw new IllegalStateException(tool + ": not on PATH");
    }

    @Test
    void shouldRefuseAnOlderJava() throws Exception {
        for (final String version : List.of("11.0.2", "1.8.0_292", "16")) {
            final Path home = Files.createDirectories(folder.resolve(version));
            Files.createDirectory(home.resolve("bin"));
            script(home.resolve("bin/java"), "exit 9");
            Files.writeString(
                    home.resolve("release"), "X=1\nJAVA_VERSION=\"" + version + "\"\nY=2\n");

            assertThat(weir(Map.of("JAVA_HOME", home.toString()), LAUNCHER, "version"))
                    .isEqualTo(
                            new Shell.Outcome(
                                    1,
                                    "",
                                    "weir: java: "
                                            + home
                                            + "/bin/java is version "
                                            + version
                                            + " (expected: 17 or newer)\n"));
        }
    }

    @Test
    void shouldSayNothingWhenTheArchiveIsAnothersOrGone() throws Exception {
        final Path copy = folder.resolve("a copy");
        assertThat(weir(Map.of(), "cp", "-R", Shell.BUILD.toString(), copy.toString()).exitCode())
                .isZero();

        assertThat(weir(Map.of(), copy + "/bin/weir", "version")).isEqualTo(VERSION);
        Files.delete(copy.resolve("lib/weir.jsa"));
        Files.writeString(copy.resolve("lib/weir.jsa"), "of no JVM at all");
        assertThat(weir(Map.of(), copy + "/bin/weir", "version")).isEqualTo(VERSION);
        Files.delete(copy.resolve("lib/weir.jsa"));
        assertThat(weir(Map.of(), copy + "/bin/weir", "version")).isEqualTo(VERSION);
    }

    @Test
    void shouldTakeTheSocketFromTheEnvironment() throws Exception {
        assertThat(weir(Map.of("WEIR_SOCKET", folder + "/s"), LAUNCHER, "status").err())
                .startsWith("weir: no agent on " + folder + "/s: no such file");
    }

    /** What is true of a command that lives. */
    private interface Check {
        void of(Process process) throws Exception;
    }

    private void whileItFollows(final Check check) throws Exception {
        final Path socket = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            final Process process =
                    Shell.builder(
                                    folder,
                                    Map.of("WEIR_SOCKET", socket.toString()),
                                    List.of(LAUNCHER, "flows", "-f"))
                            .start();
            try (SocketChannel client = server.accept()) {
                assertThat(client.isConnected()).isTrue();
                check.of(process);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void shouldBecomeTheJvmSoThatSignalsReachIt() throws Exception {
        whileItFollows(
                process -> {
                    assertThat(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/exe")))
                            .hasFileName("java");
                    process.destroy();
                    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                    assertThat(process.exitValue()).isEqualTo(143);
                });
    }

    /** A page at a time they took a fifth of a command: prefault.c. */
    @Test
    void shouldHaveTheArchiveInMemoryAsAWhole() throws Exception {
        whileItFollows(
                process -> {
                    final Map<String, String> sizes = new TreeMap<>();
                    String mapping = "";
                    for (final String line :
                            Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps"))) {
                        if (line.endsWith("/weir.jsa")) {
                            mapping = line;
                        } else if (line.startsWith("Size:") && !mapping.isEmpty()) {
                            sizes.put(mapping, line.substring("Size:".length()).strip());
                        } else if (line.startsWith("Rss:") && !mapping.isEmpty()) {
                            assertThat(line.substring("Rss:".length()).strip())
                                    .as(mapping)
                                    .isEqualTo(sizes.get(mapping));
                            mapping = "";
                        }
                    }
                    assertThat(sizes).hasSizeGreaterThanOrEqualTo(2);
                });
    }

    @Test
    void shouldLeaveWhatElseIsPreloadedToWhoIsStartedFromIt() throws Exception {
        final String library = Shell.BUILD + "/lib/libweir-prefault.so";
        final String[] show = {"sh", "-c", "echo \"$LD_PRELOAD\""};

        assertThat(weir(Map.of("LD_PRELOAD", library), show))
                .isEqualTo(new Shell.Outcome(0, "\n", ""));
        assertThat(weir(Map.of("LD_PRELOAD", library + ":libz.so.1"), show))
                .isEqualTo(new Shell.Outcome(0, "libz.so.1\n", ""));
        assertThat(weir(Map.of("LD_PRELOAD", "libz.so.1"), LAUNCHER, "version")).isEqualTo(VERSION);
    }

    @Test
    void shouldBeCompleteAndStatic() throws IOException {
        for (final String file :
                List.of(
                        "bin/weir",
                        "bin/weir-cni",
                        "lib/weir.jar",
                        "lib/libweir.so",
                        "lib/libweir-prefault.so",
                        "lib/bpf/weir_tc.bpf.o",
                        "lib/bpf/weir_xdp.bpf.o",
                        "lib/bpf/weir_clock.bpf.o",
                        "lib/bpf/weir_ask.bpf.o",
                        "lib/bpf/weir_capture.bpf.o",
                        "lib/bpf/weir_process.bpf.o",
                        "lib/bpf/abi.bpf.o",
                        "lib/weir.jsa",
                        "etc/weir.yaml")) {
            assertThat(Shell.BUILD.resolve(file)).isNotEmptyFile();
        }
        assertThat(Shell.BUILD.resolve("bin/weir")).isExecutable();
        assertThat(Shell.BUILD.resolve("bin/weir-cni")).isExecutable();
    }

    private Shell.Outcome weir(final Map<String, String> environment, final String... command)
            throws IOException, InterruptedException {
        return Shell.run(folder, environment, List.of(command));
    }
}
