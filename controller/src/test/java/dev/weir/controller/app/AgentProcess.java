package dev.weir.controller.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real agent, as a process of its own inside the network namespace that is its node. */
public final class AgentProcess {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HEAP_USED = Pattern.compile("total [0-9]+K, used ([0-9]+)K");
    static final List<String> SMALL_TABLES =
            List.of(
                    "--tables-conntrack=4096",
                    "--tables-policy=4096",
                    "--tables-peers=4096",
                    "--tables-cidrs=1024",
                    "--tables-endpoints=64",
                    "--tables-rules=1024");

    private final Netns node;
    private final Path folder;
    private final Path pinRoot;
    private final List<String> tables;
    private Process process;

    /** An answer of the agent. */
    public record Answer(int code, JsonNode body) {}

    /** One with small tables. */
    AgentProcess(final Netns node, final Path folder, final Path pinRoot) {
        this(node, folder, pinRoot, SMALL_TABLES);
    }

    /**
     * @param tables the flags that size them
     */
    public AgentProcess(
            final Netns node, final Path folder, final Path pinRoot, final List<String> tables) {
        this.node = node;
        this.folder = folder;
        this.pinRoot = pinRoot;
        this.tables = tables;
    }

    /** Where its REST API listens. */
    public Path socket() {
        return folder.resolve("w.sock");
    }

    /** Starts it and waits until it is ready. */
    public void start(final String... flags) throws Exception {
        process = launch(List.of(flags));
        Await.until(() -> isReady(), "the agent to be ready");
    }

    /** Runs it with {@code --detach-all}. */
    public void detachAll() throws Exception {
        final Process detaching = launch(List.of("--detach-all"));
        if (!detaching.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                || detaching.exitValue() != 0) {
            detaching.destroyForcibly();
            throw new IllegalStateException("--detach-all failed: " + log());
        }
    }

    /** What it says when it does not start; fails if it does. */
    String refusal(final String... flags) throws Exception {
        final Path log = folder.resolve("log");
        Files.deleteIfExists(log);
        final Process refused = launch(List.of(flags));
        if (!refused.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            refused.destroy();
            refused.waitFor();
            throw new AssertionError("it started: " + Files.readString(log));
        }
        if (refused.exitValue() == 0) {
            throw new AssertionError("it was not refused: " + Files.readString(log));
        }
        return Files.readString(log);
    }

    private Process launch(final List<String> more) throws IOException {
        final List<String> command =
                new ArrayList<>(
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                node.name(),
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx96m",
                                // As the launcher has them: the history and what else lies off
                                // the heap have limits of their own.
                                "-XX:MaxDirectMemorySize=4g",
                                "-XX:+UseSerialGC",
                                "-XX:+IgnoreUnrecognizedVMOptions",
                                "-XX:TrimNativeHeapInterval=5000",
                                "--add-opens",
                                "java.base/jdk.internal.misc=ALL-UNNAMED",
                                "-Dweir.objects=" + ProgramUnderTest.objects(),
                                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.weir.controller.Main",
                                "agent",
                                "--socket",
                                socket().toString(),
                                "--state-dir",
                                folder.resolve("state").toString(),
                                "--bpffs",
                                pinRoot.toString(),
                                "--node-name",
                                "test"));
        command.addAll(tables);
        final String library = System.getProperty("weir.lib");
        if (library != null) {
            command.add(5, "-Dweir.lib=" + library);
        }
        command.addAll(more);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private boolean isReady() throws Exception {
        if (!process.isAlive()) {
            throw new IllegalStateException("the agent ended: " + log());
        }
        try {
            return call("GET", "/readyz", "").code() == 200;
        } catch (final IOException e) {
            return false; // not listening yet
        }
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Of the agent: {@code ip netns exec} became it. */
    long pid() {
        return process.pid();
    }

    /** Where its files are. */
    Path folder() {
        return folder;
    }

    Path pinRoot() {
        return pinRoot;
    }

    /** Java's heap after a collection. */
    long heapKilobytes() {
        final String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        final String pid = Long.toString(pid());
        Netns.host(jcmd, pid, "GC.run");
        final Matcher used = HEAP_USED.matcher(Netns.host(jcmd, pid, "GC.heap_info"));
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1));
        }
        if (sum == 0) {
            throw new IllegalStateException("GC.heap_info: not understood");
        }
        return sum;
    }

    /** What is resident of the whole process, and of no file. */
    long residentKilobytes() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no RssAnon");
    }

    /** SIGKILL: nothing is finished. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Runs {@code meanwhile} while the agent is stopped (SIGSTOP): it reads nothing. */
    void whileFrozen(final Traffic meanwhile) throws Exception {
        Netns.host("kill", "-STOP", Long.toString(process.pid()));
        try {
            meanwhile.run();
        } finally {
            Netns.host("kill", "-CONT", Long.toString(process.pid()));
        }
    }

    /** What goes on meanwhile. */
    @FunctionalInterface
    interface Traffic {
        void run() throws Exception;
    }

    /** SIGTERM, and until it has ended. */
    public void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        }
    }

    /** The chunks without their sizes, which count bytes (RFC 9112 7.1). */
    private static String joined(final String chunks) {
        final ByteBuffer bytes = ByteBuffer.wrap(chunks.getBytes(StandardCharsets.UTF_8));
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            final StringBuilder size = new StringBuilder();
            for (byte b = bytes.get(); b != '\n'; b = bytes.get()) {
                size.append((char) b);
            }
            final byte[] chunk = new byte[Integer.parseInt(size.toString().trim(), 16)];
            if (chunk.length == 0) {
                return content.toString(StandardCharsets.UTF_8);
            }
            bytes.get(chunk);
            content.writeBytes(chunk);
            bytes.position(bytes.position() + 2);
        }
    }

    /** One request; what is no JSON comes as text. */
    public Answer call(final String method, final String path, final String body)
            throws IOException {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        final String head =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: weir\r\nConnection: close\r\nContent-Type: "
                        + contentType(method, body)
                        + "\r\nContent-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(bytes));
            final String answer =
                    new String(
                            Channels.newInputStream(channel).readAllBytes(),
                            StandardCharsets.UTF_8);
            final int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer: " + answer);
            }
            final boolean chunked =
                    answer.substring(0, end)
                            .toLowerCase(Locale.ROOT)
                            .contains("transfer-encoding: chunked");
            final String content =
                    chunked ? joined(answer.substring(end + 4)) : answer.substring(end + 4);
            return new Answer(
                    Integer.parseInt(answer.substring(9, 12)),
                    content.startsWith("{")
                            ? JSON.readTree(content)
                            : JSON.getNodeFactory().textNode(content));
        }
    }

    private static String contentType(final String method, final String body) {
        if (method.equals("PATCH")) {
            return body.startsWith("[")
                    ? "application/json-patch+json"
                    : "application/merge-patch+json";
        }
        return body.startsWith("{") ? "application/json" : "application/yaml";
    }
}
