package dev.weir.controller.truth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.controller.app.NodeUnderTest;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two containers on a bridge under a real agent. What goes to the sink passes the source's hook,
 * the bridge, where some of it may get lost, the sink's hook, and then a queue that lets it out
 * slowly.
 */
final class SlowPath {
    static final int PORT = 5000;

    private static final String SOURCE = "10.90.0.2";
    private static final String SINK = "10.90.0.3";
    private static final int WINDOW = 64 * 1024;
    private static final int PATIENCE_MILLIS = 30_000;

    /** Together more than 20 ms at the rate of the queue. */
    private static final int PRECEDING = 50;

    private static final int DATAGRAM = 1_400;

    private final NodeUnderTest node;
    private Netns source;
    private Netns sink;

    /** Of the last connection; those before are not asked for any more. */
    private int sourcePort;

    SlowPath(final NodeUnderTest node) {
        this.node = node;
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Step {
        void happen() throws Exception;
    }

    /** An open connection, the source's end and the sink's. */
    record Connection(Socket near, Socket far) implements AutoCloseable {
        /** Writes so many bytes, and reads them at the other end meanwhile. */
        void upload(final int bytes) throws Exception {
            upload(bytes, () -> {});
        }

        /** The same, but {@code first} has to happen before the other end reads. */
        void upload(final int bytes, final Step first) throws Exception {
            final AtomicReference<IOException> failure = new AtomicReference<>();
            final Thread writer = new Thread(() -> write(bytes, failure));
            writer.start();
            first.happen();
            final int got = far.getInputStream().readNBytes(bytes).length;
            writer.join();
            if (failure.get() != null || got != bytes) {
                throw new IOException("only " + got + " bytes arrived", failure.get());
            }
        }

        /** Sends a byte and waits for the other end's answer. */
        void ask() throws IOException {
            near.getOutputStream().write(1);
            far.getOutputStream().write(far.getInputStream().read());
            if (near.getInputStream().read() != 1) {
                throw new IOException("no answer");
            }
        }

        private void write(final int bytes, final AtomicReference<IOException> failure) {
            try {
                near.getOutputStream().write(new byte[bytes]);
            } catch (final IOException e) {
                failure.set(e);
            }
        }

        /** FIN from both. */
        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    void start(final boolean segmentationOffload) throws Exception {
        source = container("vethsource", SOURCE, segmentationOffload);
        sink = container("vethsink", SINK, segmentationOffload);
        node.netns()
                .run(words("tc qdisc add dev vethsink root tbf rate 20mbit burst 5kb limit 1mb"));
        containersOnly("vethsink");
        node.startAgent("--local-redirect=off"); // all has to meet the bridge and the queue
        node.attach(source, "source");
        node.attach(sink, "sink");
    }

    /**
     * The bridge's own reports of multicast groups, and the link's, would pass the queue on any
     * CPU, and whoever looks into a queue last also sends what waits there.
     */
    private void containersOnly(final String link) {
        node.netns().run("bridge", "link", "set", "dev", link, "mcast_flood", "off");
        node.netns().run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/" + link + "/disable_ipv6");
    }

    private Netns container(final String outer, final String address, final boolean offload) {
        final Netns container = node.container(outer, address + "/24");
        final String wanted = offload ? "on" : "off";
        container.run("ethtool", "-K", "eth0", "tso", wanted, "gso", wanted, "gro", "off");
        node.netns().run("ethtool", "-K", outer, "tso", wanted, "gso", wanted, "gro", "off");
        return container;
    }

    /**
     * The bridge drops one in so many packets with data that go to the sink, at random, and counts
     * packets of the connection that pass it on another CPU than {@code cpu}.
     */
    void lose(final int oneIn, final int cpu) {
        node.netns().run(words("nft add table bridge loss"));
        node.netns().run(words("nft add counter bridge loss lost"));
        node.netns().run(words("nft add counter bridge loss strays"));
        node.netns()
                .run(
                        "nft",
                        "add chain bridge loss forward { type filter hook forward priority 0; }");
        for (final String port : List.of("dport", "sport")) {
            rule("tcp %s %d meta cpu != %d counter name strays".formatted(port, PORT, cpu));
        }
        rule(
                "tcp dport %d meta length > 200 numgen random mod %d < 1 counter name lost drop"
                        .formatted(PORT, oneIn));
    }

    private void rule(final String rule) {
        node.netns().run("nft", "add rule bridge loss forward " + rule);
    }

    /** Packets that the bridge dropped. */
    long lost() {
        return counted("lost");
    }

    /** Packets that passed on another CPU. */
    long strays() {
        return counted("strays");
    }

    private long counted(final String name) {
        final Matcher counter =
                Pattern.compile("packets ([0-9]+)")
                        .matcher(
                                node.netns().run("nft", "list", "counter", "bridge", "loss", name));
        if (!counter.find()) {
            throw new IllegalStateException("no counter " + name);
        }
        return Long.parseLong(counter.group(1));
    }

    /** Fills the queue, so that what follows has to wait. */
    void fillQueue() throws Exception {
        try (DatagramSocket socket = source.call(() -> new DatagramSocket())) {
            final InetAddress to = InetAddress.getByName(SINK);
            for (int i = 0; i < PRECEDING; i++) {
                socket.send(new DatagramPacket(new byte[DATAGRAM], DATAGRAM, to, 9));
            }
        }
    }

    /** Opens one from the source to the sink, whose window never grows beyond 64 KiB. */
    Connection open() throws Exception {
        try (ServerSocket server = sink.call(SlowPath::listening)) {
            final Socket near = source.call(SlowPath::connected);
            near.setTcpNoDelay(true);
            sourcePort = near.getLocalPort();
            near.setSoTimeout(PATIENCE_MILLIS);
            final Socket far = server.accept();
            far.setSoTimeout(PATIENCE_MILLIS);
            return new Connection(near, far);
        }
    }

    /** To be called in its namespace: Java makes a socket when it has an address. */
    private static ServerSocket listening() throws IOException {
        final ServerSocket server = new ServerSocket();
        server.setReceiveBufferSize(WINDOW);
        server.setSoTimeout(PATIENCE_MILLIS);
        server.bind(new InetSocketAddress(SINK, PORT));
        return server;
    }

    private static Socket connected() throws IOException {
        final Socket socket = new Socket();
        socket.connect(new InetSocketAddress(SINK, PORT), PATIENCE_MILLIS);
        return socket;
    }

    /** The kernel's view from the end that opened it. */
    SocketInfo atSource() {
        return SocketInfo.of(source, PORT);
    }

    /** The kernel's view from the end that accepted it. */
    SocketInfo atSink() {
        return SocketInfo.of(sink, PORT);
    }

    /** A counter of {@code /proc/net/netstat} of the sink. */
    long sinkCounter(final String name) {
        final Matcher counter =
                Pattern.compile(name + " +([0-9]+)").matcher(sink.run("nstat", "-asz", name));
        if (!counter.find()) {
            throw new IllegalStateException("no counter " + name);
        }
        return Long.parseLong(counter.group(1));
    }

    /**
     * {@code tcp} of the record that a container's endpoint has of the last connection, open or
     * not.
     */
    JsonNode told(final String container) throws IOException {
        return record(container).path("tcp");
    }

    /** The same, once both ends have closed it. */
    JsonNode toldInTheEnd(final String container) throws Exception {
        Await.until(
                () -> record(container).path("closeReason").asText().equals("fin"),
                "the end of the flow");
        return told(container);
    }

    private JsonNode record(final String container) throws IOException {
        final JsonNode flows = node.get("/v1/flows?last=1000");
        for (final JsonNode flow : flows.path("items")) {
            if (flow.path("endpoint").asText().equals(container + "-eth0")
                    && flow.at("/l4/sourcePort").asInt() == sourcePort
                    && flow.at("/l4/destinationPort").asInt() == PORT) {
                return flow;
            }
        }
        return MissingNode.getInstance();
    }

    private static String[] words(final String command) {
        return command.split(" ");
    }
}
