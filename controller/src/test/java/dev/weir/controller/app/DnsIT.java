package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A container asks dnsmasq, and goes where the answers lead; a real agent looks on. */
@KernelTest
class DnsIT {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final String RESOLVER = "10.88.0.53";
    private static final String RESOLVER_V6 = "fd00:88::53";
    private static final String WEB = "10.88.0.2";
    private static final String WEB_V6 = "fd00:88::2";
    private static final int PORT = 8080;
    private static final int A = 1;
    private static final int AAAA = 28;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Netns client;
    private Netns resolver;

    @BeforeEach
    void makeANode() throws Exception {
        final Netns web = node.container("vethweb", WEB + "/24", WEB_V6 + "/64");
        client = node.container("vethcli", "10.88.0.3/24", "fd00:88::3/64");
        resolver = node.container("vethdns", RESOLVER + "/24", RESOLVER_V6 + "/64");
        node.closeAfterwards(web.call(() -> new ServerSocket(PORT)));
        resolver.start(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--user=root",
                "--pid-file=",
                "--no-resolv",
                "--no-hosts",
                "--local=/test/",
                "--local-ttl=30",
                "--host-record=web.shop.test," + WEB + "," + WEB_V6,
                "--cname=www.shop.test,web.shop.test");
        node.startAgent();
        Await.until(() -> ask(resolver, RESOLVER, "web.shop.test", A) >= 0, "dnsmasq to answer");
        node.attach(client, "client");
        node.attach(web, "web");
    }

    @Test
    void shouldNameThePeerByWhatItWasLookedUpAs() throws Exception {
        client.run("busybox", "nslookup", "-type=a", "WWW.shop.test", RESOLVER);

        open(WEB);

        final JsonNode flow = flow("to-name=www.shop.test");
        assertThat(flow.at("/destination/names").toString()).isEqualTo("[\"www.shop.test\"]");
        assertThat(flow.at("/destination/pod").asText()).isEqualTo("web");
        assertThat(flow.at("/source/names").isMissingNode()).isTrue();
        assertThat(flow.at("/l4/destinationPort").asInt()).isEqualTo(PORT);
        assertThat(flow("name=.shop.test").at("/communityId")).isEqualTo(flow.at("/communityId"));
        assertThat(flows("to-name=shop.test").path("items")).isEmpty();
    }

    @Test
    void shouldNameIpv6PeersAskedForOverIpv6() throws Exception {
        assertThat(ask(client, RESOLVER_V6, "web.shop.test", AAAA)).isPositive();

        open(WEB_V6);

        assertThat(flow("to-name=web.shop.test").at("/ip/destination").asText()).isEqualTo(WEB_V6);
    }

    @Test
    void shouldNameThePeerByWhatItWasLookedUpAsOverTcp() throws Exception {
        final byte[] query = query("web.shop.test", A, 9);
        client.call(
                () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(RESOLVER, 53), TIMEOUT_MILLIS);
                        final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                        out.writeShort(query.length); // in a segment of its own
                        out.flush();
                        out.write(query);
                        final DataInputStream in = new DataInputStream(socket.getInputStream());
                        in.readFully(new byte[in.readUnsignedShort()]);
                        return null;
                    }
                });

        open(WEB);

        assertThat(flow("to-name=web.shop.test&to-port=" + PORT).at("/ip/destination").asText())
                .isEqualTo(WEB);
        final JsonNode dns = dns("client");
        assertThat(dns.path("queries").asLong()).isEqualTo(1);
        assertThat(dns.at("/answers/NOERROR").asLong()).isEqualTo(1);
        assertThat(dns.path("unreadable").asLong()).isZero();
    }

    @Test
    void shouldNotNameWhatWasOpenedBeforeNorWhatAnotherContainerOpened() throws Exception {
        open(WEB);
        assertThat(flows("to-ip=" + WEB).path("items")).isNotEmpty();
        final long asked = ask(client, RESOLVER, "web.shop.test", A);
        assertThat(asked).isPositive();
        Await.until(() -> dns("client").path("queries").asLong() == 1, "the query to be read");

        assertThat(flows("name=.test").path("items")).isEmpty();
    }

    @Test
    void shouldCountQueriesAndCodesAndMeasureLatencyWithinWhatTheClientMeasures() throws Exception {
        final int queries = 50;
        long slowest = 0;
        long sum = 0;
        for (int i = 0; i <= queries; i++) {
            final String name = i < queries ? "web.shop.test" : "none.shop.test";
            final long took = ask(client, RESOLVER, name, A);
            assertThat(took).isPositive();
            slowest = Math.max(slowest, took);
            sum += took;
        }

        final JsonNode dns = dns("client");
        assertThat(dns.path("queries").asLong()).isEqualTo(queries + 1);
        assertThat(dns.at("/answers/NOERROR").asLong()).isEqualTo(queries);
        assertThat(dns.at("/answers/NXDOMAIN").asLong()).isEqualTo(1);
        assertThat(dns.path("unmatched").asLong() + dns.path("lost").asLong()).isZero();
        final JsonNode latency = dns.path("latency");
        assertThat(latency.path("count").asLong()).isEqualTo(queries + 1);
        assertThat(latency.path("min").asLong()).isPositive();
        assertThat(latency.path("p50").asLong()).isLessThan(slowest);
        assertThat(latency.path("sum").asLong()).isLessThan(sum);
        assertThat(dns("web").isMissingNode()).isTrue();
    }

    @Test
    void shouldCountEveryDnsPacketInItsFlowThoughTheCacheNeverAnswers() throws Exception {
        final int queries = 20;
        try (DatagramSocket socket = client.call(() -> new DatagramSocket())) {
            for (int i = 0; i < queries; i++) {
                exchange(socket, RESOLVER, "web.shop.test", A, i);
            }
            final JsonNode flow = flow("to-port=53&from-port=" + socket.getLocalPort());
            assertThat(flow.path("packets").asInt()).isEqualTo(queries);
            assertThat(flow.path("replyPackets").asInt()).isEqualTo(queries);
        }
    }

    /** Nanoseconds that the client waited; negative: no answer. */
    private static long ask(
            final Netns from, final String resolver, final String name, final int type)
            throws Exception {
        try (DatagramSocket socket = from.call(() -> new DatagramSocket())) {
            return exchange(socket, resolver, name, type, 7);
        }
    }

    private static long exchange(
            final DatagramSocket socket,
            final String resolver,
            final String name,
            final int type,
            final int id)
            throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        final byte[] query = query(name, type, id);
        final DatagramPacket packet =
                new DatagramPacket(query, query.length, InetAddress.getByName(resolver), 53);
        final DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        final long start = System.nanoTime();
        try {
            socket.send(packet);
            socket.receive(answer);
        } catch (final SocketTimeoutException | java.net.PortUnreachableException e) {
            return -1;
        }
        return System.nanoTime() - start;
    }

    private static byte[] query(final String name, final int type, final int id)
            throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream out = new DataOutputStream(bytes);
        for (final int word : new int[] {id, 0x100, 1, 0, 0, 0}) {
            out.writeShort(word);
        }
        for (final String label : name.split("\\.")) {
            out.writeByte(label.length());
            out.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeByte(0);
        out.writeShort(type);
        out.writeShort(1);
        return bytes.toByteArray();
    }

    private void open(final String address) throws Exception {
        client.call(
                () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address, PORT), TIMEOUT_MILLIS);
                        return null;
                    }
                });
    }

    private JsonNode flows(final String query) throws IOException {
        return node.get("/v1/flows?direction=egress&from-container=client&" + query);
    }

    /** As the client saw it: what is in the ring is read before the answer. */
    private JsonNode flow(final String query) throws IOException {
        final JsonNode items = flows(query).path("items");
        assertThat(items).as(query).hasSize(1);
        return items.get(0);
    }

    private JsonNode dns(final String container) throws IOException {
        return node.statistics(container).path("dns");
    }
}
