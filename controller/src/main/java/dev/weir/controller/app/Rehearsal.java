package dev.weir.controller.app;

import dev.weir.controller.thread.Daemons;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agent, soon after its start, what the plugin and a client ask of it, so often that the
 * JVM has compiled what answers them: else the first containers and policies wait for that. Only
 * questions that change nothing; half of a CPU at most, by pauses as long as what was asked took.
 */
final class Rehearsal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /** The JVM compiles what was called 200 times (Tier3InvocationThreshold). */
    private static final int ROUNDS = 250;

    /** Who waited for the agent to start comes first. */
    private static final long DELAY_SECONDS = 1;

    private static final String PLUGIN_CALL =
            """
            {"command": "STATUS", "containerId": "", "netns": "", "ifname": "", "args": "",
             "path": "/opt/cni/bin",
             "config": {"cniVersion": "1.1.0", "name": "rehearsal", "type": "weir-cni",
              "labels": {"app": "rehearsal"},
              "prevResult": {"cniVersion": "1.1.0",
               "interfaces": [{"name": "rehearsal", "mac": "02:00:00:00:00:01"},
                {"name": "eth0", "mac": "02:00:00:00:00:02", "sandbox": "/run/netns/rehearsal"}],
               "ips": [{"address": "192.0.2.1/24", "gateway": "192.0.2.254", "interface": 1}],
               "routes": [{"dst": "0.0.0.0/0"}], "dns": {}}}}""";

    private static final String POLICY =
            """
            {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
             "metadata": {"name": "rehearsal", "namespace": "weir-rehearsal"},
             "spec": {"podSelector": {"matchLabels": {"app": "rehearsal"}},
              "policyTypes": ["Ingress", "Egress"],
              "ingress": [{"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "192.0.2.0/24"}}],
               "ports": [{"protocol": "TCP", "port": 80}]}],
              "egress": [{"to": [{"namespaceSelector": {}}]}]}}""";

    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private final List<byte[]> requests =
            List.of(
                    request("/v1/cni", PLUGIN_CALL),
                    request(
                            "/apis/networking.k8s.io/v1/namespaces/weir-rehearsal/networkpolicies"
                                    + "?dryRun=All",
                            POLICY));

    private final UnixDomainSocketAddress agent;
    private final Thread thread = Daemons.named("weir-rehearsal").newThread(this::run);

    private Rehearsal(final Path socket) {
        this.agent = UnixDomainSocketAddress.of(socket);
    }

    /** Begins; it ends by itself. */
    static Rehearsal start(final Path socket) {
        final Rehearsal rehearsal = new Rehearsal(socket);
        rehearsal.thread.start();
        return rehearsal;
    }

    /** As the plugin sends it: a connection of its own for each. */
    private static byte[] request(final String path, final String body) {
        final String head =
                """
                POST %s HTTP/1.1\r
                Host: weir\r
                Connection: close\r
                Expect: 100-continue\r
                Content-Type: application/json\r
                Accept: application/json\r
                Content-Length: %d\r
                \r
                """;
        return (head.formatted(path, body.length()) + body).getBytes(StandardCharsets.UTF_8);
    }

    private void run() {
        int asked = 0;
        try {
            TimeUnit.SECONDS.sleep(DELAY_SECONDS);
            final long begin = System.nanoTime();
            while (asked < ROUNDS * requests.size()) {
                final long sent = System.nanoTime();
                ask(requests.get(asked % requests.size()));
                asked++;
                TimeUnit.NANOSECONDS.sleep(System.nanoTime() - sent);
            }
            LOG.info(
                    "rehearsed: {} requests in {} ms",
                    asked,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (final InterruptedException | ClosedByInterruptException e) {
            LOG.debug("no more rehearsal after {} requests: the agent ends", asked);
        } catch (final IOException e) {
            LOG.warn("no more rehearsal after {} requests: {}", asked, e.toString());
        }
    }

    private void ask(final byte[] request) throws IOException {
        final String answer;
        try (SocketChannel connection = SocketChannel.open(agent)) {
            Channels.newOutputStream(connection).write(request);
            final byte[] all = Channels.newInputStream(connection).readAllBytes();
            answer = new String(all, StandardCharsets.UTF_8).replace(CONTINUE, "");
        }
        if (!answer.startsWith("HTTP/1.1 20")) {
            throw new IOException("answered " + answer.lines().findFirst().orElse("nothing"));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
