package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two containers of one bridge, at a real agent: what goes past the bridge, and when it does not.
 */
@KernelTest
class RedirectIT {
    private static final String WEB = "10.92.0.2";
    private static final int OPEN = 5353;
    private static final int CLOSED = 5354;
    private static final int TCP_OPEN = 8080;
    private static final int TC_PASS = -1;
    private static final int XDP_PASS = 2;
    private static final int PACKETS = 500;

    /** Of those packets one in a while goes over the bridge. */
    private static final int BRIDGED = 5;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Netns web;
    private Netns client;

    @BeforeEach
    void makeANode() throws Exception {
        node.address("10.92.0.1/24");
        web = node.container("vethweb", WEB + "/24");
        client = node.container("vethcli", "10.92.0.3/24");
    }

    private void start(final String... flags) throws Exception {
        node.startAgent(flags);
        node.attach(web, "web");
        node.attach(client, "client");
        node.policy(
                """
                spec:
                  podSelector: {matchLabels: {app: web}}
                  policyTypes: [Ingress]
                  ingress: [{ports: [{protocol: UDP, port: 5353}, {protocol: TCP, port: 8080}]}]
                """);
    }

    private JsonNode state() throws IOException {
        return node.get("/v1/status").path("hooks").path("redirect");
    }

    private void awaitOn() throws Exception {
        Await.until(
                () -> state().path("on").asBoolean() && state().path("endpoints").asInt() == 2,
                "redirected between two containers");
    }

    private void awaitOff(final String reason) throws Exception {
        Await.until(
                () ->
                        !state().path("on").asBoolean()
                                && state().path("reason").asText().contains(reason),
                "not redirected: " + reason);
    }

    private JsonNode redirectOf(final String container) throws IOException {
        for (final JsonNode each : node.get("/v1/endpoints").path("items")) {
            if (each.path("containerId").asText().equals(container)) {
                return each.path("redirect");
            }
        }
        throw new AssertionError("no " + container);
    }

    private static long counter(final Netns where, final String link, final String name) {
        return Long.parseLong(
                where.run("cat", "/sys/class/net/" + link + "/statistics/" + name).strip());
    }

    /** Frames that the node's side of the container's veth sent to it. */
    private long overTheVeth() {
        return counter(node.netns(), "vethweb", "tx_packets");
    }

    private long passed(final String container) throws IOException {
        return node.statistics(container).at("/ingress/allowed/packets").asLong();
    }

    private long dropped(final String container) throws IOException {
        return node.statistics(container).at("/ingress/denied/packets").asLong();
    }

    /** What was sent since is counted of both, whatever way it took. */
    private void sendsAndCountsExactly() throws Exception {
        final long passed = passed("web");
        final long dropped = dropped("web");
        Datagrams.send(client, WEB, OPEN, PACKETS);
        Datagrams.send(client, WEB, CLOSED, PACKETS);
        Await.until(() -> dropped("web") >= dropped + PACKETS, "all that was denied is counted");
        assertThat(dropped("web")).isEqualTo(dropped + PACKETS);
        // ARP is counted, too.
        assertThat(passed("web")).isBetween(passed + PACKETS, passed + PACKETS + 4);
    }

    @ParameterizedTest(name = "attached by {0}")
    @ValueSource(strings = {"auto", "clsact"})
    void shouldGoPastTheBridgeAndBeCountedExactly(final String attach) throws Exception {
        start("--attach=" + attach);
        awaitOn();
        Datagrams.send(client, WEB, OPEN, 1);
        final long before = overTheVeth();
        final long received = counter(web, "eth0", "rx_packets");
        final long frames = redirectOf("web").path("frames").asLong();

        sendsAndCountsExactly();

        assertThat(overTheVeth() - before).isLessThan(BRIDGED);
        assertThat(counter(web, "eth0", "rx_packets") - received)
                .isBetween((long) PACKETS, (long) PACKETS + BRIDGED);
        assertThat(redirectOf("web").path("frames").asLong() - frames)
                .isBetween((long) PACKETS - BRIDGED, (long) PACKETS);
        assertThat(redirectOf("web").path("bridge").asText()).isEqualTo("br0");
    }

    @Test
    void shouldCarryConnectionsAndCutThemWithAPolicy() throws Exception {
        start();
        awaitOn();
        try (ServerSocket server = web.call(() -> new ServerSocket(TCP_OPEN, 1));
                Socket socket = client.call(() -> new Socket(WEB, TCP_OPEN));
                Socket accepted = server.accept()) {
            final byte[] text = new byte[100_000];
            socket.getOutputStream().write(text);
            assertThat(accepted.getInputStream().readNBytes(text.length)).hasSize(text.length);
            accepted.getOutputStream().write(7);
            assertThat(socket.getInputStream().read()).isEqualTo(7);

            node.policy(
                    """
                    spec:
                      podSelector: {matchLabels: {app: web}}
                      policyTypes: [Ingress]
                    """);
            final long dropped = dropped("web");
            socket.getOutputStream().write(8);
            Await.until(() -> dropped("web") > dropped, "the connection is cut");
            accepted.setSoTimeout(200);
            assertThat(accepted.getInputStream().available()).isZero();
        }
        assertThat(refused()).isTrue();
    }

    private boolean refused() throws Exception {
        return client.call(
                () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(WEB, TCP_OPEN), 300);
                        return false;
                    } catch (final SocketTimeoutException e) {
                        return true;
                    }
                });
    }

    @Test
    void shouldGoOverTheBridgeWhileSomebodyElseSeesTheFrames() throws Exception {
        start();
        awaitOn();

        node.bridgeNetfilter(true);
        awaitOff("net.bridge.bridge-nf-call-");
        node.bridgeNetfilter(false);
        awaitOn();

        node.netns().run("nft", "add", "table", "bridge", "t");
        node.netns().run("nft", "add chain bridge t c { type filter hook forward priority 0; }");
        awaitOff("nftables chain bridge t c");
        final long before = overTheVeth();
        sendsAndCountsExactly();
        assertThat(overTheVeth() - before).isGreaterThanOrEqualTo(PACKETS);
        node.netns().run("nft", "delete", "table", "bridge", "t");
        awaitOn();

        final Process listener =
                node.netns().start("dumpcap", "-q", "-i", "br0", "-w", "/dev/null");
        awaitOff("a packet socket");
        listener.destroy();
        listener.waitFor(20, TimeUnit.SECONDS);
        awaitOn();
    }

    @Test
    void shouldGoOverTheBridgeWhereAnothersProgramIsAtTheVeth() throws Exception {
        start();
        awaitOn();
        final int veth =
                Integer.parseInt(node.netns().run("cat", "/sys/class/net/vethweb/ifindex").strip());
        try (BpfProgram program = BpfProgram.empty(BpfProgram.SCHED_CLS, TC_PASS);
                KernelLink link = node.netns().call(() -> KernelLink.tcx(program, veth, true))) {
            awaitOff("no two containers may");
            assertThat(redirectOf("web").path("reason").asText())
                    .contains("a program of somebody else at TC of its veth");
            assertThat(redirectOf("client").path("reason").asText())
                    .isEqualTo("no other container on its bridge");
            link.detach();
        }
        awaitOn();
    }

    @Test
    void shouldGoOverTheBridgeWhereTheContainerHasXdpAtItsInterface() throws Exception {
        start();
        awaitOn();
        final int inside = Integer.parseInt(web.run("cat", "/sys/class/net/eth0/ifindex").strip());
        try (BpfProgram program = BpfProgram.empty(BpfProgram.XDP, XDP_PASS)) {
            // Loaded, it may be anywhere; it is looked for in the containers, and is in none.
            sendsAndCountsExactly();
            assertThat(state().path("on").asBoolean()).isTrue();
            try (KernelLink link = web.call(() -> KernelLink.xdp(program, inside, false))) {
                awaitOff("no two containers may");
                assertThat(redirectOf("web").path("reason").asText())
                        .isEqualTo("an XDP program at the container's interface");
                link.detach();
            }
            awaitOn();
        }
    }

    @Test
    void shouldGoOverTheBridgeAgainWhenTheAgentIsGone() throws Exception {
        start();
        awaitOn();
        node.agent().kill();

        Await.until(
                () -> {
                    final long before = overTheVeth();
                    Datagrams.send(client, WEB, OPEN, PACKETS);
                    return overTheVeth() - before >= PACKETS;
                },
                "frames go over the bridge");

        node.agent().start();
        awaitOn();
        sendsAndCountsExactly();
    }

    @Test
    void shouldDoNothingWhenItIsOff() throws Exception {
        start("--local-redirect=off");
        final long before = overTheVeth();

        sendsAndCountsExactly();

        assertThat(overTheVeth() - before).isGreaterThanOrEqualTo(PACKETS);
        assertThat(state().path("mode").asText()).isEqualTo("off");
        assertThat(redirectOf("web").path("reason").asText()).isEqualTo("localRedirect: off");
        assertThat(redirectOf("web").path("frames").asLong()).isZero();
    }

    @Test
    void shouldNotReachAContainerAnyMoreThatIsDetached() throws Exception {
        start();
        awaitOn();
        Datagrams.send(client, WEB, OPEN, PACKETS);
        for (final JsonNode each : node.get("/v1/endpoints").path("items")) {
            if (each.path("containerId").asText().equals("web")) {
                assertThat(
                                node.agent()
                                        .call(
                                                "DELETE",
                                                "/v1/endpoints/" + each.path("id").asText(),
                                                "")
                                        .code())
                        .isEqualTo(200);
            }
        }
        final long before = overTheVeth();
        Datagrams.send(client, WEB, CLOSED, PACKETS);
        assertThat(overTheVeth() - before).isGreaterThanOrEqualTo(PACKETS);
        awaitOff("no two containers may");
    }
}
