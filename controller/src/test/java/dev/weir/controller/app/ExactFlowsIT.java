package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real traffic, and three accounts of it that must be one: the flows that REST gives out, the
 * totals of the containers, and what the veths themselves counted. No tolerance.
 */
@KernelTest
class ExactFlowsIT {
    private static final String WEB = "10.89.0.2";
    private static final int PORT = 8080;
    private static final int DENIED_PORT = 8081;
    private static final int PATIENCE_MILLIS = 30_000;

    /** Before the kernel sends a second SYN. */
    private static final int DENIED_MILLIS = 300;

    /** Reasons of packets that belong to no flow: they are in the totals only. */
    private static final Set<String> FLOWLESS = Set.of("neighbour", "non-ip");

    private static final Map<String, String> VETHS = Map.of("web", "vethweb", "client", "vethcli");

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Netns web;
    private Netns client;

    /** Packets and bytes of one direction. */
    private record Sum(long packets, long bytes) {
        Sum plus(final long morePackets, final long moreBytes) {
            return new Sum(packets + morePackets, bytes + moreBytes);
        }

        Sum plus(final Sum more) {
            return plus(more.packets, more.bytes);
        }

        Sum minus(final Sum less) {
            return plus(-less.packets, -less.bytes);
        }
    }

    /** Who says how much there was. */
    private record Accounts(
            Map<String, JsonNode> interfaces,
            Map<String, Sum> redirected,
            JsonNode flows,
            Map<String, JsonNode> statistics) {}

    private static final Sum ZERO = new Sum(0, 0);

    @BeforeEach
    void makeANode() {
        web = container("web", WEB);
        client = container("client", "10.89.0.3");
        for (final Netns each : List.of(node.netns(), web, client)) {
            // Router solicitations between the attach and the first look would be in one account.
            each.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6");
        }
    }

    private Netns container(final String name, final String address) {
        final String outer = VETHS.get(name);
        final Netns container = node.container(outer, address + "/24");
        // An interface counts what segmentation is left to as one packet; Weir counts the segments.
        container.run("ethtool", "-K", "eth0", "tso", "off", "gso", "off", "gro", "off");
        node.netns().run("ethtool", "-K", outer, "tso", "off", "gso", "off", "gro", "off");
        return container;
    }

    private void start(final String... tables) throws Exception {
        node.startAgent(tables);
        node.attach(web, "web");
        node.attach(client, "client");
    }

    @ParameterizedTest(name = "localRedirect: {0}")
    @ValueSource(strings = {"auto", "off"})
    void shouldTellTheSameSumsAsTheInterfacesOfAllKindsOfTraffic(final String redirect)
            throws Exception {
        start("--local-redirect=" + redirect);
        final boolean auto = redirect.equals("auto");
        Await.until(
                () -> node.get("/v1/status").at("/hooks/redirect/on").asBoolean() == auto,
                "the way past the bridge");
        final Map<String, JsonNode> before = interfaces();
        denyPort();

        transfer(3, 200_000, 50_000);
        datagrams(100, 4);
        refusedAndDenied();

        final JsonNode flows = compare(before);
        assertThat(redirected("web").packets() > 100).isEqualTo(auto);
        assertThat(flows.path("complete").asBoolean())
                .as(flows.path("missing").toString())
                .isTrue();
        assertThat(flows.path("sampled").asInt()).isEqualTo(1);
        Await.until(
                () ->
                        reasons(node.get("/v1/flows?last=1000000"))
                                .containsAll(Set.of("fin", "refused")),
                "closed connections to have ended");
        assertThat(flows.path("items"))
                .filteredOn(flow -> flow.path("verdict").asText().equals("denied"))
                .isNotEmpty();
    }

    @Test
    void shouldTellHowMuchIsInNoFlowWhenTablesAndRingAreTooSmall() throws Exception {
        start("--tables-conntrack=65536", "--tables-flows-per-cpu=1024", "--tables-events=64KiB");
        final Map<String, JsonNode> before = interfaces();

        node.agent().whileFrozen(() -> datagrams(3_000, 1));

        final JsonNode flows = compare(before);
        assertThat(flows.path("complete").asBoolean()).isFalse();
        assertThat(flows.at("/missing/0/stage").asText()).isEqualTo("kernel-ring");
        assertThat(flows.at("/missing/0/packets").asLong())
                .isEqualTo(
                        overflow(node.statistics("web"))
                                .plus(overflow(node.statistics("client")))
                                .packets())
                .isPositive();
    }

    private void denyPort() throws IOException {
        node.policy(
                """
                spec:
                  podSelector: {matchLabels: {app: web}}
                  ingress: [{ports: [{protocol: TCP, port: 8080}, {protocol: TCP, port: 9}, {protocol: UDP}]}]
                """);
    }

    /** So many connections, each with so many bytes there and back, closed in order. */
    private void transfer(final int connections, final int there, final int back) throws Exception {
        try (ServerSocket server = web.call(() -> new ServerSocket(PORT))) {
            server.setSoTimeout(PATIENCE_MILLIS);
            for (int i = 0; i < connections; i++) {
                try (Socket near = client.call(() -> connected(PORT, PATIENCE_MILLIS))) {
                    final Thread writer = new Thread(() -> write(near, there));
                    writer.start();
                    try (Socket far = server.accept()) {
                        assertThat(far.getInputStream().readNBytes(there)).hasSize(there);
                        write(far, back);
                        far.shutdownOutput();
                        assertThat(near.getInputStream().readAllBytes()).hasSize(back);
                        near.shutdownOutput();
                        assertThat(far.getInputStream().read()).isEqualTo(-1);
                    }
                    writer.join();
                }
            }
        }
    }

    /** A socket of Java is made when it connects: to be called in the client's namespace. */
    private static Socket connected(final int port, final int millis) throws IOException {
        final Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(WEB, port), millis);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        } catch (final IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void write(final Socket socket, final int bytes) {
        try {
            socket.getOutputStream().write(new byte[bytes]);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From so many ports, each so often, of many lengths; the far side answers each. */
    private void datagrams(final int ports, final int each) throws Exception {
        try (DatagramSocket far =
                web.call(() -> new DatagramSocket(new InetSocketAddress(WEB, 53)))) {
            far.setSoTimeout(PATIENCE_MILLIS);
            final DatagramPacket got = new DatagramPacket(new byte[1_500], 1_500);
            final InetAddress to = InetAddress.getByName(WEB);
            for (int port = 0; port < ports; port++) {
                try (DatagramSocket near = client.call(() -> new DatagramSocket())) {
                    near.setSoTimeout(PATIENCE_MILLIS);
                    for (int i = 0; i < each; i++) {
                        final int length = 1 + (port * 31 + i * 97) % 1_400;
                        near.send(new DatagramPacket(new byte[length], length, to, 53));
                        far.receive(got);
                        far.send(new DatagramPacket(new byte[9], 9, got.getSocketAddress()));
                        near.receive(new DatagramPacket(new byte[9], 9));
                    }
                }
            }
        }
    }

    /** Nobody listens at one port, policy denies the other. */
    private void refusedAndDenied() throws Exception {
        for (final int port : new int[] {9, DENIED_PORT}) {
            try (Socket socket = client.call(() -> connected(port, DENIED_MILLIS))) {
                throw new AssertionError("connected: " + socket);
            } catch (final Exception expected) {
                assertThat(expected).hasMessageMatching("(?i).*(refused|timed out).*");
            }
        }
    }

    /** The three accounts are one. */
    private JsonNode compare(final Map<String, JsonNode> before) throws Exception {
        final Accounts told = accountsAtRest();
        for (final String pod : VETHS.keySet()) {
            final JsonNode stats = told.statistics.get(pod);
            final Sum in = total(stats, "ingress", false);
            final Sum out = total(stats, "egress", false);
            final Sum sum =
                    flows(told.flows, pod)
                            .plus(overflow(stats))
                            .plus(total(stats, "ingress", true))
                            .plus(total(stats, "egress", true));
            assertThat(sum)
                    .as("flows + overflow = totals of %s: %s", pod, stats)
                    .isEqualTo(in.plus(out));
            // What the container sends is received by the veth before anybody drops it, and what
            // is dropped on the way to the container is never sent.
            assertThat(out)
                    .as("egress of %s = received by its veth", pod)
                    .isEqualTo(
                            counted(told.interfaces, pod, "rx").minus(counted(before, pod, "rx")));
            assertThat(in.minus(dropped(stats)))
                    .as("ingress of %s = sent by its veth + redirected past it", pod)
                    .isEqualTo(
                            counted(told.interfaces, pod, "tx")
                                    .minus(counted(before, pod, "tx"))
                                    .plus(told.redirected.get(pod)));
            assertThat(in.packets()).isGreaterThan(100);
        }
        return told.flows;
    }

    /** All of one moment: nothing moved while they were asked for. */
    private Accounts accountsAtRest() throws Exception {
        final AtomicReference<Accounts> told = new AtomicReference<>();
        Await.until(
                () -> {
                    told.set(
                            new Accounts(
                                    interfaces(),
                                    Map.of(
                                            "web",
                                            redirected("web"),
                                            "client",
                                            redirected("client")),
                                    node.get("/v1/flows?last=1000000"),
                                    Map.of(
                                            "web", node.statistics("web"),
                                            "client", node.statistics("client"))));
                    return told.get().interfaces.equals(interfaces());
                },
                "the traffic to end");
        return told.get();
    }

    /** Frames that went to the container without its veth. */
    private Sum redirected(final String pod) throws IOException {
        final JsonNode redirect = node.get("/v1/endpoints/" + pod).path("redirect");
        return new Sum(redirect.path("frames").asLong(), redirect.path("bytes").asLong());
    }

    private Map<String, JsonNode> interfaces() throws IOException {
        return Map.of("web", interfaceOf("web"), "client", interfaceOf("client"));
    }

    private JsonNode interfaceOf(final String pod) throws IOException {
        final String text =
                node.netns().run("ip", "-j", "-s", "link", "show", "dev", VETHS.get(pod));
        return new ObjectMapper().readTree(text).get(0).path("stats64");
    }

    private static Sum counted(
            final Map<String, JsonNode> interfaces, final String pod, final String way) {
        final JsonNode counters = interfaces.get(pod).path(way);
        assertThat(counters.path("errors").asLong() + counters.path("dropped").asLong()).isZero();
        return new Sum(counters.path("packets").asLong(), counters.path("bytes").asLong());
    }

    /** All flows that the container's endpoint recorded, both directions. */
    private static Sum flows(final JsonNode flows, final String pod) {
        Sum sum = ZERO;
        for (final JsonNode flow : flows.path("items")) {
            if (flow.path("endpoint").asText().equals(pod + "-eth0")) {
                sum =
                        sum.plus(flow.path("packets").asLong(), flow.path("bytes").asLong())
                                .plus(
                                        flow.path("replyPackets").asLong(),
                                        flow.path("replyBytes").asLong());
            }
        }
        return sum;
    }

    /** One direction of a container, or only its packets that belong to no flow. */
    private static Sum total(final JsonNode stats, final String direction, final boolean flowless) {
        Sum sum = ZERO;
        for (final Map.Entry<String, JsonNode> reason :
                stats.path(direction).path("byReason").properties()) {
            if (!flowless || FLOWLESS.contains(reason.getKey())) {
                final JsonNode count = reason.getValue();
                sum = sum.plus(count.path("packets").asLong(), count.path("bytes").asLong());
            }
        }
        return sum;
    }

    private static Sum dropped(final JsonNode stats) {
        final JsonNode denied = stats.path("ingress").path("denied");
        return new Sum(denied.path("packets").asLong(), denied.path("bytes").asLong());
    }

    private static Sum overflow(final JsonNode stats) {
        final JsonNode overflow = stats.path("overflow");
        return new Sum(overflow.path("packets").asLong(), overflow.path("bytes").asLong());
    }

    private static List<String> reasons(final JsonNode flows) {
        final List<String> reasons = new ArrayList<>();
        flows.path("items").forEach(flow -> reasons.add(flow.path("closeReason").asText()));
        return reasons;
    }
}
