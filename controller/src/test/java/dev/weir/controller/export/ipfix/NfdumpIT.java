package dev.weir.controller.export.ipfix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.Flows;
import dev.weir.controller.export.Missing;
import dev.weir.controller.flow.FlowRecord.Event;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others make of the messages: nfdump's collector, and Wireshark's dissector. */
@KernelTest
class NfdumpIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DEADLINE_SECONDS = 30;

    /** For documentation, RFC 5612. */
    private static final int ENTERPRISE = 32_473;

    @TempDir private Path folder;
    private Process collector;

    @AfterEach
    void stopTheCollector() throws InterruptedException {
        if (collector != null && collector.isAlive()) {
            collector.destroyForcibly();
            collector.waitFor();
        }
    }

    /** nfcapd with files of its own, on a free UDP port of loopback. */
    private int collect() throws Exception {
        final int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        final Path log = folder.resolve("nfcapd.log");
        final Path flows = Files.createDirectory(folder.resolve("flows"));
        collector =
                new ProcessBuilder(
                                "nfcapd",
                                "-4",
                                "-b",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(port),
                                "-w",
                                flows.toString(),
                                "-I",
                                "weir",
                                "-t",
                                "3600")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Await.until(() -> isBound(port), "nfcapd to listen");
        return port;
    }

    private static boolean isBound(final int port) throws IOException {
        return !socket(port).isEmpty();
    }

    private static String socket(final int port) throws IOException {
        final String local = String.format("0100007F:%04X ", port);
        return Files.readAllLines(Path.of("/proc/net/udp")).stream()
                .filter(line -> line.contains(local))
                .findFirst()
                .map(String::stripTrailing)
                .orElse("");
    }

    /** It sleeps, so it is not at work on what it has taken out of its socket. */
    private boolean isWaiting() throws IOException {
        final String stat = Files.readString(Path.of("/proc/" + collector.pid() + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).startsWith("S");
    }

    /** The kernel holds nothing for the collector, and has dropped nothing. */
    private static boolean isEmpty(final int port) throws IOException {
        final String socket = socket(port);
        return socket.contains(":00000000 ") && socket.endsWith(" 0");
    }

    /** Ends the collector, which writes what it has, and reads it back. */
    private JsonNode collected() throws Exception {
        collector.destroy();
        assertThat(collector.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return JSON.readTree(
                output("nfdump", "-R", folder.resolve("flows").toString(), "-o", "json"));
    }

    private static String output(final String... command) throws Exception {
        final Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        final String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    private static IpfixSink sink(final int port, final long enterprise) {
        return new IpfixSink(
                new IpfixSettings(
                        new InetSocketAddress("127.0.0.1", port),
                        false,
                        7,
                        enterprise,
                        Duration.ofSeconds(60),
                        1_400),
                Clock.systemUTC());
    }

    private static List<FlowReport> reports(final Instant start, final int count) {
        final List<FlowReport> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(
                    Flows.report(
                            Flows.flow("10.0.0.1", "10.0.0.2", 2_000 + i, Event.ENDED, 12, start)));
        }
        return all;
    }

    @Test
    void shouldBeReadBackByNfdumpAsItWasSent() throws Exception {
        final int port = collect();
        final Instant start = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        final List<FlowReport> reports = reports(start, 300);
        reports.add(Flows.report(Flows.flow("fd00::1", "fd00::2", 7, Event.ENDED, 12, start)));
        try (IpfixSink sink = sink(port, ENTERPRISE)) {
            sink.send(reports);
            sink.missing(new Missing(3, 4, 5));
        }
        final Path log = folder.resolve("nfcapd.log");
        Await.until(() -> isWaiting() && isEmpty(port), "nfcapd to read all of it");

        final JsonNode flows = collected();

        assertThat(flows).hasSize(301);
        final JsonNode one = flows.get(0);
        assertThat(one.path("proto").asInt()).isEqualTo(6);
        assertThat(one.path("src4_addr").asText()).isEqualTo("10.0.0.1");
        assertThat(one.path("dst4_addr").asText()).isEqualTo("10.0.0.2");
        assertThat(one.path("dst_port").asInt()).isEqualTo(80);
        assertThat(one.path("tcp_flags").asText()).isEqualTo("...A..S.");
        assertThat(one.path("src_tos").asInt()).isEqualTo(46 << 2);
        assertThat(Stream.of(flows).flatMap(all -> stream(all, "in_packets")).distinct())
                .containsExactly(12L);
        assertThat(stream(flows, "in_bytes").distinct()).containsExactly(1_200L);
        assertThat(stream(flows, "out_packets").distinct()).containsExactly(6L);
        assertThat(stream(flows, "out_bytes").distinct()).containsExactly(6_000L);
        assertThat(stream(flows, "src_port").sorted().distinct().count()).isEqualTo(301);
        assertThat(flows.get(300).path("src6_addr").asText()).isEqualTo("fd00::1");
    }

    private static Stream<Long> stream(final JsonNode flows, final String field) {
        final List<Long> values = new ArrayList<>();
        flows.forEach(flow -> values.add(flow.path(field).asLong(-1)));
        return values.stream();
    }

    @Test
    void shouldBeDissectedByWiresharkFieldByField() throws Exception {
        final MessageWriter writer =
                new MessageWriter(
                        new IpfixSettings(
                                new InetSocketAddress("127.0.0.1", 4739),
                                false,
                                7,
                                ENTERPRISE,
                                Duration.ofSeconds(60),
                                1_400));
        final List<byte[]> messages = new ArrayList<>();
        writer.templates();
        messages.add(writer.finish(1).array());
        reports(Flows.START, 2).forEach(writer::add);
        messages.add(writer.finish(2).array());
        writer.loss(new Missing(3, 4, 5));
        messages.add(writer.finish(3).array());
        final Path capture = folder.resolve("ipfix.pcap");
        Files.write(capture, pcap(messages));

        final String text =
                output("tshark", "-r", capture.toString(), "-d", "udp.port==4739,cflow", "-V");

        assertThat(text)
                .contains(
                        "Version: 10",
                        "Observation Domain Id: 7",
                        "SrcAddr: 10.0.0.1",
                        "DstPort: 80",
                        "Flow End Reason: End of Flow detected (3)",
                        "Biflow Direction: Initiator (1)",
                        "Octets: 6000 (Reverse Type 1 BYTES)",
                        "Forwarded (Unknown)",
                        "Not Sent Flows: 3",
                        "Not Sent Octets: 5",
                        "Type 1: Value (hex bytes): 61 6c 6c 6f 77 65 64")
                .doesNotContain("Malformed", "Expert Info");
    }

    /** A capture file of UDP datagrams to port 4739, link type raw IPv4 (228). */
    private static byte[] pcap(final List<byte[]> messages) {
        final ByteBuffer file = ByteBuffer.allocate(16 << 10);
        file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
        file.putInt(0).putInt(0).putInt(65_535).putInt(228);
        for (final byte[] message : messages) {
            final int length = 28 + message.length;
            file.putInt(1).putInt(0).putInt(length).putInt(length);
            file.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0);
            file.put((byte) 64).put((byte) 17).putShort((short) 0);
            file.putInt(0x7f000001).putInt(0x7f000001);
            file.putShort((short) 40_000).putShort((short) 4_739);
            file.putShort((short) (8 + message.length)).putShort((short) 0);
            file.put(message);
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    @Test
    void shouldSendTemplatesFirstOnEachTcpConnectionAndGoOnWithTheNext() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            final IpfixSink sink =
                    new IpfixSink(
                            new IpfixSettings(
                                    new InetSocketAddress("127.0.0.1", server.getLocalPort()),
                                    true,
                                    7,
                                    0,
                                    Duration.ofSeconds(60),
                                    1_400),
                            Clock.systemUTC());
            sink.send(reports(Flows.START, 1));
            final Socket first = server.accept();
            assertThat(sets(first, 2)).containsExactly(2, 256);
            first.close();

            final List<FlowReport> reports = reports(Flows.START, 2);
            Await.until(() -> failed(sink, reports), "the sink to notice");
            assertThat(reports).hasSize(2);
            sink.send(reports);

            final Socket second = server.accept();
            assertThat(sets(second, 2)).containsExactly(2, 256);
            second.close();
            sink.close();
        }
    }

    private static boolean failed(final IpfixSink sink, final List<FlowReport> reports) {
        try {
            sink.send(new ArrayList<>(reports));
            return false;
        } catch (final IOException e) {
            return true;
        }
    }

    /** The id of the first set of each of the next messages. */
    private static List<Integer> sets(final Socket socket, final int messages) throws IOException {
        final DataInputStream in = new DataInputStream(socket.getInputStream());
        final List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            assertThat(in.readUnsignedShort()).isEqualTo(10);
            final int length = in.readUnsignedShort();
            in.skipNBytes(12);
            ids.add(in.readUnsignedShort());
            in.skipNBytes(length - 18);
        }
        return ids;
    }
}
