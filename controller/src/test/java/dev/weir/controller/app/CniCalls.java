package dev.weir.controller.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The plugin's executable, called for many containers by a few shells at once. */
final class CniCalls {
    private static final Path PLUGIN = Path.of("../cni/target/weir-cni").toAbsolutePath();

    /** Prints what failed and goes on. */
    private static final String CALLS =
            """
            verb=$1 plugin=$2; shift 2
            export CNI_IFNAME=eth0 CNI_PATH=/none
            while [ $# -gt 0 ]; do
                export CNI_COMMAND=$verb CNI_CONTAINERID=$1 CNI_NETNS=/run/netns/$1
                export CNI_ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=$1"
                out=$(exec "$plugin" <<END
            $2
            END
                ) || echo "$verb of $1: $out"
                shift 2
            done
            """;

    private final Containers containers;
    private final Path socket;

    CniCalls(final Containers containers, final Path socket) {
        this.containers = containers;
        this.socket = socket;
    }

    /**
     * One verb for all of them.
     *
     * @return what failed, a line each
     */
    List<String> call(final String verb, final List<Integer> numbers) throws Exception {
        final List<String> arguments = new ArrayList<>();
        for (final int number : numbers) {
            arguments.addAll(List.of(containers.name(number), config(number)));
        }
        return Containers.shells(CALLS, List.of(verb, PLUGIN.toString()), 2, arguments);
    }

    /** A call that somebody waits for. */
    Process start(final String verb, final int number) throws IOException {
        final ProcessBuilder plugin = new ProcessBuilder(PLUGIN.toString());
        plugin.environment().put("CNI_COMMAND", verb);
        plugin.environment().put("CNI_CONTAINERID", containers.name(number));
        plugin.environment().put("CNI_NETNS", "/run/netns/" + containers.name(number));
        plugin.environment().put("CNI_IFNAME", "eth0");
        plugin.environment().put("CNI_PATH", "/none");
        final Process process = plugin.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(config(number).getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    /** True when it has a connection and sleeps until it is answered, or has ended. */
    static boolean waitsForTheAgent(final Process plugin) {
        final Path proc = Path.of("/proc/" + plugin.pid());
        try (Stream<Path> all = Files.list(proc.resolve("fd"))) {
            boolean connected = false;
            for (final Path each : all.toList()) {
                connected |= Files.readSymbolicLink(each).toString().startsWith("socket:");
            }
            final String stat = Files.readString(proc.resolve("stat"));
            return connected && stat.charAt(stat.lastIndexOf(')') + 2) == 'S';
        } catch (final IOException e) {
            return !plugin.isAlive(); // its descriptors go first
        }
    }

    private String config(final int number) {
        return """
            {"cniVersion":"1.0.0","name":"churn","type":"weir-cni","socket":"%s",\
            "args":{"cni":{"labels":[{"key":"app","value":"a%d"},{"key":"number","value":"%d"}]}},\
            "prevResult":{"cniVersion":"1.0.0","ips":[{"address":"%s/8"}]}}"""
                .formatted(socket, number % 5, number, Containers.address(number));
    }
}
