package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.app.AgentProcess.Answer;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real agent on a node with a bridge and two containers. */
@KernelTest
class AgentIT {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final String WEB = "10.88.0.2";
    private static final int PORT = 8080;
    private static final int OTHER_PORT = 8081;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Netns web;
    private Netns client;
    private AgentProcess agent;
    private ServerSocket server;

    @BeforeEach
    void makeANode() throws Exception {
        node.address("10.88.0.1/24");
        web = node.container("vethweb", WEB + "/24");
        client = node.container("vethcli", "10.88.0.3/24");
        server = node.closeAfterwards(web.call(() -> new ServerSocket(PORT)));
        server.setSoTimeout(10 * TIMEOUT_MILLIS);
        node.closeAfterwards(web.call(() -> new ServerSocket(OTHER_PORT)));
        node.startAgent();
        agent = node.agent();
    }

    @Test
    void shouldEnforceAWriteWhenItReturnsAlsoOnEstablishedConnections() throws Exception {
        node.attach(web, "web");
        node.attach(client, "client");
        try (Connection connection = open(PORT)) {
            connection.echo();
            node.policy(
                    """
                spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
                """);

            assertThat(connection.isAnswered()).isFalse();
            assertThat(isReachable(PORT)).isFalse();
        }

        node.policy(allow(PORT));

        assertThat(isReachable(PORT)).isTrue();
        assertThat(isReachable(OTHER_PORT)).isFalse();
        node.deletePolicy();
        assertThat(isReachable(OTHER_PORT)).isTrue();
    }

    @Test
    void shouldGoOnEnforcingWhenKilledAndLoseNoPacketWhenTheNextTakesOver() throws Exception {
        node.attach(web, "web");
        node.attach(client, "client");
        node.policy(allow(PORT));
        final int revision = revision();
        try (Connection connection = open(PORT)) {
            final AtomicReference<Exception> broken = new AtomicReference<>();
            final Thread traffic = new Thread(() -> connection.echoUntilInterrupted(broken));
            traffic.start();

            agent.kill();
            assertThat(isReachable(OTHER_PORT)).as("no agent, other port").isFalse();
            assertThat(isReachable(PORT)).as("no agent").isTrue();
            agent.start();

            assertThat(isReachable(OTHER_PORT)).as("next agent, other port").isFalse();
            traffic.interrupt();
            traffic.join();
            assertThat(broken.get()).isNull();
            assertThat(connection.echoes).isPositive();
            assertThat(connection.retransmitted(client)).isFalse();
        }
        assertThat(revision()).isEqualTo(revision);
        assertThat(node.get("/v1/endpoints").path("items")).hasSize(2);
        final Answer check = check("web", web);
        assertThat(check.code()).as(check.body().toString()).isEqualTo(200);
    }

    @Test
    void shouldKeepWhatARuleCountedOverAPolicyChangeAndARestart() throws Exception {
        node.attach(web, "web");
        node.attach(client, "client");
        node.policy(allow(PORT));
        assertThat(isReachable(PORT)).isTrue();
        final JsonNode rule = rules().get(0);
        assertThat(rule.path("packets").asLong()).isPositive();

        node.policy(allow(PORT) + "  - {ports: [{port: 9}]}\n");
        agent.stop();
        agent.start();

        assertThat(rules().get(0).path("number")).isEqualTo(rule.path("number"));
        assertThat(rules().get(0).path("packets").asLong())
                .isGreaterThanOrEqualTo(rule.path("packets").asLong());
        assertThat(rules().get(0).has("lastHit")).isFalse();
        assertThat(isReachable(PORT)).isTrue();
        assertThat(rules().get(0).path("packets").asLong())
                .isGreaterThan(rule.path("packets").asLong());
        assertThat(rules().get(0).has("lastHit")).isTrue();
    }

    @Test
    void shouldSayOfAVerdictWhetherTheKernelAgreesAndCountNothing() throws Exception {
        node.attach(web, "web");
        node.attach(client, "client");
        node.policy(allow(PORT));
        final JsonNode before = counted();

        final JsonNode allowed = verdict(PORT);
        final JsonNode denied = verdict(OTHER_PORT);

        for (final JsonNode side :
                List.of(
                        allowed.path("egress"),
                        allowed.path("ingress"),
                        denied.path("egress"),
                        denied.path("ingress"))) {
            assertThat(side.at("/kernel/asked").asBoolean()).as(side.toString()).isTrue();
            assertThat(side.at("/kernel/agrees").asBoolean()).as(side.toString()).isTrue();
            assertThat(side.at("/kernel/verdict")).isEqualTo(side.path("verdict"));
            assertThat(side.at("/kernel/revision").asInt()).isEqualTo(revision());
        }
        assertThat(allowed.at("/ingress/kernel/rule").asText()).isEqualTo("default/p ingress[0]");
        assertThat(counted()).isEqualTo(before);

        loseTheRowsOfTheKernel();

        assertThat(verdict(OTHER_PORT).at("/ingress/kernel/agrees").asBoolean()).isTrue();
        final JsonNode lost = verdict(PORT).path("ingress");
        assertThat(lost.path("verdict").asText()).isEqualTo("allowed");
        assertThat(lost.at("/kernel/agrees").asBoolean()).isFalse();
        assertThat(lost.at("/kernel/verdict").asText()).isEqualTo("denied");
        assertThat(node.get("/metrics").asText()).contains("weir_verdict_disagreements_total 1.0");
    }

    private JsonNode verdict(final int port) throws Exception {
        final Answer answer =
                agent.call(
                        "POST",
                        "/v1/verdict",
                        "{\"from\":\"client\",\"to\":\"web\",\"port\":%d}".formatted(port));
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    /** All that a packet would be seen in. */
    private JsonNode counted() throws Exception {
        final ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.set("flows", node.get("/v1/flows").path("items"));
        node.get("/v1/stats/containers")
                .path("items")
                .forEach(
                        each ->
                                all.set(
                                        each.path("containerId").asText(),
                                        ((ObjectNode) each.deepCopy())
                                                .retain("ingress", "egress", "drops", "tcp")));
        node.get("/v1/status")
                .path("tables")
                .forEach(table -> all.set(table.path("name").asText(), table.path("used")));
        assertThat(all.size()).as(all.toString()).isGreaterThan(5);
        return all;
    }

    private void loseTheRowsOfTheKernel() throws IOException {
        final Path pin;
        try (Stream<Path> pins = Files.walk(node.pinRoot())) {
            pin = pins.filter(each -> each.endsWith("weir_policy")).findFirst().orElseThrow();
        }
        try (BpfMap rows = BpfMap.pinned(pin)) {
            final UnsafeBuffer key =
                    new UnsafeBuffer(ByteBuffer.allocateDirect(rows.info().keySize()));
            while (rows.nextKey(null, key)) {
                rows.delete(key);
            }
        }
    }

    private JsonNode rules() throws Exception {
        return node.get("/v1/rules?policy=p").path("items");
    }

    @Test
    void shouldLetOpenConnectionsGoOnWhenARunningContainerIsAttached() throws Exception {
        node.policy(
                """
            spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}
            """);
        try (Connection connection = open(PORT)) {
            connection.echo();

            node.attach(web, "web");

            connection.echo();
            assertThat(isReachable(PORT)).isFalse();
        }
    }

    @Test
    void shouldAttachTheLivingAgainAfterDetachAll() throws Exception {
        node.attach(web, "web");
        node.attach(client, "client");
        node.policy(allow(PORT));
        agent.stop();
        agent.detachAll();
        assertThat(isReachable(OTHER_PORT)).as("detached").isTrue();

        agent.start();

        assertThat(isReachable(OTHER_PORT)).isFalse();
        assertThat(isReachable(PORT)).isTrue();
    }

    @Test
    void shouldChangeNothingByItsRehearsal() throws Exception {
        node.attach(web, "web");
        node.policy(allow(PORT));
        final String policies = "/apis/networking.k8s.io/v1/networkpolicies";
        final JsonNode before = node.get(policies);
        final int revision = revision();

        Await.until(() -> agent.log().contains("rehears"), "the rehearsal");

        assertThat(agent.log()).contains("rehearsed: 500 requests");
        assertThat(node.get(policies)).isEqualTo(before);
        assertThat(node.get("/api/v1/namespaces").toString()).doesNotContain("rehearsal");
        assertThat(node.get("/v1/endpoints").path("items")).hasSize(1);
        assertThat(revision()).isEqualTo(revision);
    }

    @Test
    void shouldForgetAnEndpointWhoseLinkIsGone() throws Exception {
        node.attach(web, "web");
        node.attach(client, "client");

        client.run("ip", "link", "delete", "eth0");

        Await.until(
                () -> node.get("/v1/endpoints").path("items").size() == 1, "the endpoint to go");
        assertThat(agent.call("GET", "/v1/endpoints/web", "").code()).isEqualTo(200);
    }

    @Test
    void shouldSayWhatIsWrongWithTheInterface() throws Exception {
        web.run("ip", "link", "add", "br1", "type", "bridge");

        assertThat(attachCode(web, "web", "br1")).contains("is a bridge");
        assertThat(attachCode(web, "web", "eth9")).contains("no interface eth9").contains("eth0");
        assertThat(attachCode(node.netns(), "node", "br0")).contains("own network namespace");
        final Answer gone =
                agent.call("POST", "/v1/endpoints", "{\"netns\":\"/run/netns/none-such\"}");
        assertThat(gone.code()).isEqualTo(422);
        assertThat(gone.body().path("message").asText()).contains("/run/netns/none-such");
        assertThat(node.get("/v1/endpoints").path("items")).isEmpty();
    }

    @Test
    void shouldFailCheckWhenTheAddressesDiffer() throws Exception {
        node.attach(web, "web");
        assertThat(check("web", web).code()).isEqualTo(200);

        web.run("ip", "addr", "add", "10.88.0.22/24", "dev", "eth0");

        assertThat(check("web", web).body().path("msg").asText()).contains("addresses are");
    }

    @Test
    void shouldRefuseThePinsOfALiveAgent() throws Exception {
        node.attach(web, "web");
        final AgentProcess second =
                new AgentProcess(
                        node.netns(),
                        Files.createDirectory(node.folder().resolve("2")),
                        node.pinRoot());

        assertThat(second.refusal()).contains("is in use by another agent").contains("--bpffs");
        assertThat(second.refusal("--detach-all")).contains("is in use by another agent");

        assertThat(check("web", web).code()).isEqualTo(200);
    }

    @Test
    void shouldTouchNothingWhenItCouldNotServe() throws Exception {
        agent.stop();
        agent.detachAll();
        Files.writeString(node.folder().resolve("w.sock"), "no socket");

        assertThat(agent.refusal()).contains("w.sock is there and is no socket");
        assertThat(agent.refusal("--listen=192.0.2.1:1")).contains("is not loopback");

        assertThat(node.pinRoot()).doesNotExist();
    }

    private String attachCode(final Netns container, final String name, final String ifname)
            throws IOException {
        final Answer answer =
                agent.call(
                        "POST",
                        "/v1/endpoints",
                        "{\"netns\":\"%s\",\"containerId\":\"%s\",\"ifname\":\"%s\"}"
                                .formatted(container.path(), name, ifname));
        assertThat(answer.code()).isEqualTo(422);
        return answer.body().path("message").asText();
    }

    private Answer check(final String name, final Netns container) throws IOException {
        return agent.call(
                "POST",
                "/v1/cni",
                """
                {"command":"CHECK","containerId":"%s","netns":"%s","ifname":"eth0","args":"",
                 "path":"","config":{"cniVersion":"1.0.0","name":"","prevResult":{"ips":[]}}}
                """
                        .formatted(name, container.path()));
    }

    private static String allow(final int port) {
        return """
               spec:
                 podSelector: {matchLabels: {app: web}}
                 policyTypes: [Ingress]
                 ingress:
                 - {from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: %d}]}
               """
                .formatted(port);
    }

    private int revision() throws IOException {
        return node.get("/v1/status").path("revision").asInt(-1);
    }

    @Test
    void shouldJudgeTheNodeAsTheSettingOfTheLatestStartSays() throws Exception {
        node.attach(web, "web");
        node.policy("spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}");
        assertThat(isReachable(node.netns(), PORT)).as("by default").isTrue();

        agent.stop();
        agent.start("--host-traffic=policy");
        assertThat(isReachable(node.netns(), PORT)).as("judged by policy").isFalse();

        agent.stop();
        agent.start();
        assertThat(isReachable(node.netns(), PORT)).as("by default again").isTrue();
    }

    private boolean isReachable(final int port) throws Exception {
        return isReachable(client, port);
    }

    private static boolean isReachable(final Netns from, final int port) throws Exception {
        try (Socket socket = connected(from, port)) {
            return socket.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    /** A socket takes the namespace of the thread that connects it. */
    private Socket connected(final int port) throws Exception {
        return connected(client, port);
    }

    private static Socket connected(final Netns from, final int port) throws Exception {
        return from.call(
                () -> {
                    final Socket socket = new Socket();
                    try {
                        socket.connect(new InetSocketAddress(WEB, port), TIMEOUT_MILLIS);
                        return socket;
                    } catch (final IOException e) {
                        socket.close();
                        throw e;
                    }
                });
    }

    private Connection open(final int port) throws Exception {
        final Socket near = connected(port);
        near.setSoTimeout(TIMEOUT_MILLIS);
        Socket far = server.accept();
        while (far.getPort() != near.getLocalPort()) {
            far.close(); // of an earlier question whether the port can be reached
            far = server.accept();
        }
        far.setSoTimeout(TIMEOUT_MILLIS);
        return new Connection(near, far);
    }

    /** Both ends of a connection; a byte goes there and comes back. */
    private static final class Connection implements AutoCloseable {
        private final Socket near;
        private final Socket far;
        private volatile int echoes;

        Connection(final Socket near, final Socket far) {
            this.near = near;
            this.far = far;
        }

        void echo() throws IOException {
            near.getOutputStream().write(1);
            far.getOutputStream().write(far.getInputStream().read());
            assertThat(near.getInputStream().read()).isEqualTo(1);
            echoes++;
        }

        boolean isAnswered() {
            try {
                echo();
                return true;
            } catch (final IOException e) {
                return false;
            }
        }

        void echoUntilInterrupted(final AtomicReference<Exception> broken) {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    echo();
                }
            } catch (final IOException e) {
                broken.set(e);
            }
        }

        /** What ss(8) says of the sender: a lost packet would have been sent again. */
        boolean retransmitted(final Netns where) {
            return where.run("ss", "-tino", "dport", "=", ":" + PORT).contains("retrans:");
        }

        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }
}
