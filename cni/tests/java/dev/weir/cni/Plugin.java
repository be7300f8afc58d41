package dev.weir.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The plugin's executable, started as libcni starts it: variables, stdin, nothing inherited. */
final class Plugin {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Built with sanitizers: a memory error of any test is a failure of that test. */
    static final Path CHECKED = Path.of("target/weir-cni-checked").toAbsolutePath();

    /** The one that is shipped. */
    static final Path STATIC = Path.of("target/weir-cni").toAbsolutePath();

    private static final long LIMIT_SECONDS = 60;

    private final Path executable;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> redirections = new ArrayList<>();
    private byte[] stdin = new byte[0];

    private Plugin(final Path executable) {
        this.executable = executable;
    }

    static Plugin verb(final String verb) {
        return new Plugin(CHECKED).with("CNI_COMMAND", verb);
    }

    static Plugin shipped(final String verb) {
        return new Plugin(STATIC).with("CNI_COMMAND", verb);
    }

    /** All variables of an attachment, as containerd gives them. */
    static Plugin attachment(final String verb) {
        return verb(verb)
                .with("CNI_CONTAINERID", "default-web")
                .with("CNI_NETNS", "/proc/1234/ns/net")
                .with("CNI_IFNAME", "eth0")
                .with("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAME=web")
                .with("CNI_PATH", "/opt/cni/bin");
    }

    Plugin with(final String name, final String value) {
        environment.put(name, value);
        return this;
    }

    Plugin without(final String name) {
        environment.remove(name);
        return this;
    }

    Plugin stdin(final JsonNode config) {
        return stdin(config.toString());
    }

    Plugin stdin(final String config) {
        return stdin(config.getBytes(StandardCharsets.UTF_8));
    }

    Plugin stdin(final byte[] config) {
        this.stdin = config.clone();
        return this;
    }

    /** A shell's redirection, such as {@code >&-}. */
    Plugin redirect(final String redirection) {
        redirections.add(redirection);
        return this;
    }

    Outcome run() throws IOException, InterruptedException {
        final Path stdout = Files.createTempFile("weir-cni", ".out");
        final Path stderr = Files.createTempFile("weir-cni", ".err");
        try {
            return run(stdout, stderr);
        } finally {
            Files.delete(stdout);
            Files.delete(stderr);
        }
    }

    private Outcome run(final Path stdout, final Path stderr)
            throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        final long start = System.nanoTime();
        final Process process = builder.start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(stdin);
            } catch (final IOException ended) {
                // The plugin may answer before it has read everything.
            }
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("weir-cni: still running after " + LIMIT_SECONDS + " s");
            }
            return new Outcome(
                    process.exitValue(),
                    Files.readString(stdout),
                    Files.readString(stderr),
                    System.nanoTime() - start);
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command() {
        if (redirections.isEmpty()) {
            return List.of(executable.toString());
        }
        final String line = "exec " + executable + " " + String.join(" ", redirections);
        return Arrays.asList("/bin/sh", "-c", line);
    }

    /** A configuration of a chain in which the plugin comes second. */
    static ObjectNode config(final String version, final Path socket) {
        final ObjectNode config = JSON.createObjectNode();
        config.put("cniVersion", version)
                .put("name", "net")
                .put("type", "weir-cni")
                .put("socket", socket.toString());
        config.putObject("labels").put("team", "shop");
        config.putObject("prevResult")
                .put("cniVersion", version)
                .putArray("ips")
                .addObject()
                .put("address", "10.1.0.2/24");
        return config;
    }

    /** What the plugin did; {@code nanos} is the whole run, start of the process included. */
    record Outcome(int exit, String stdout, String stderr, long nanos) {
        JsonNode json() throws IOException {
            return JSON.readTree(stdout);
        }

        int code() throws IOException {
            return json().path("code").asInt();
        }

        String msg() throws IOException {
            return json().path("msg").asText();
        }
    }
}
