package dev.weir.controller.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.app.NodeUnderTest;
import dev.weir.controller.truth.SlowPath.Connection;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.OnCpu;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handshake, round trips and retransmits as the kernel's own sockets know them. {@code
 * -Dorg.slf4j.simpleLogger.log.dev.weir.controller.truth=info} shows the pairs.
 */
@KernelTest
class TcpTruthIT {
    private static final Logger LOG = LoggerFactory.getLogger(TcpTruthIT.class);
    private static final int UPLOAD = 4_000_000;
    private static final int ROUNDS = 40;
    private static final int CPU = 0;
    private static final int CONNECTIONS = 20;

    /** What a wake-up and a printout in microseconds may cost. */
    private static final long SLACK_NANOS = 200_000;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private final SlowPath path = new SlowPath(node);

    @Test
    void shouldTellHandshakeAndRoundTripsAsTheSocketsDo() throws Exception {
        path.start(true);
        path.fillQueue();
        final SocketInfo opened;
        final SocketInfo accepted;
        final List<Long> samples;
        final SocketInfo done;
        try (Connection connection = path.open()) {
            opened = path.atSource();
            accepted = path.atSink();
            samples = roundTrips(connection, opened);
            done = path.atSource();
        }

        final JsonNode source = path.toldInTheEnd("source");
        final JsonNode sink = path.toldInTheEnd("sink");
        LOG.info("sockets: {} {} {} {}", opened, accepted, done, samples);
        LOG.info("Weir: {}", source);
        LOG.info("Weir: {}", sink);
        assertClose(source.path("handshakeNetworkNanos"), opened.rttNanos(), 3);
        assertClose(source.path("handshakeNanos"), opened.rttNanos(), 3);
        assertClose(sink.path("handshakeNetworkNanos"), accepted.rttNanos(), 3);
        final JsonNode rtt = source.path("rttNanos");
        samples.add(opened.rttNanos()); // of the handshake
        assertThat(rtt.path("samples").asInt()).isEqualTo(samples.size());
        assertClose(rtt.path("min"), Collections.min(samples), 3);
        assertThat(rtt.path("min").asLong())
                .as("least")
                .isCloseTo(done.minRttNanos(), within(SLACK_NANOS));
        final long sum = samples.stream().mapToLong(Long::longValue).sum();
        assertClose(rtt.path("avg"), sum / samples.size(), 3);
        Collections.sort(samples);
        // Buckets are octaves here: a value may be anywhere in its own.
        assertThat(rtt.path("p50").asLong())
                .isBetween(samples.get(ROUNDS / 2) / 2, samples.get(ROUNDS / 2) * 2);
    }

    /**
     * A request at a time, each behind a full queue. What the socket measured each time follows
     * from its average, of which a sample is an eighth (RFC 6298).
     */
    private List<Long> roundTrips(final Connection connection, final SocketInfo opened)
            throws Exception {
        final List<Long> samples = new ArrayList<>();
        long average = opened.rttNanos();
        for (int i = 0; i < ROUNDS; i++) {
            path.fillQueue();
            connection.ask();
            final long next = path.atSource().rttNanos();
            samples.add(8 * next - 7 * average);
            average = next;
        }
        return samples;
    }

    private static void assertClose(final JsonNode told, final long truth, final int percent) {
        assertThat(told.asLong())
                .as("%s of the socket's %s", told, truth)
                .isCloseTo(truth, within(Math.max(truth * percent / 100, SLACK_NANOS)));
    }

    @ParameterizedTest(name = "segmentation offload: {0}")
    @ValueSource(booleans = {false, true})
    void shouldCountAsTheSocketWhatIsSentAgainAndAsLateWhatWasLostBefore(final boolean offload)
            throws Exception {
        path.start(offload);
        path.lose(offload ? 20 : 50, CPU);
        final Upload upload = uploadOnOneCpu();

        final JsonNode source = path.toldInTheEnd("source").path("source");
        final JsonNode sink = path.toldInTheEnd("sink").path("source");
        final long lost = upload.lost();
        final SocketInfo done = upload.socket();
        LOG.info("lost on the bridge: {}, socket: {}", lost, done);
        LOG.info("Weir: before the loss {}, after it {}", source, sink);
        assertThat(lost).isPositive();
        assertThat(done.retransmits()).isGreaterThanOrEqualTo(lost);
        assertThat(source.path("retransmits").asLong())
                .isCloseTo(done.retransmits(), withinPercentage(3));
        assertThat(source.path("retransmittedBytes").asLong())
                .isCloseTo(done.retransmittedBytes(), withinPercentage(3));
        assertThat(source.path("outOfOrder").asLong()).isZero();
        // Lost between the hooks: the sink's saw none of it before. What comes late on a CPU that
        // saw nothing later is missed.
        assertThat(sink.path("outOfOrder").asLong() + sink.path("retransmits").asLong())
                .isBetween(done.retransmits() * 3 / 4, done.retransmits());
        // One gap a direction is kept: of several at once the older look like data seen before. One
        // of 50 packets is lost at random, and some 45 are under way.
        assertThat(sink.path("retransmits").asLong()).isLessThanOrEqualTo(done.retransmits() / 4);
    }

    private record Upload(SocketInfo socket, long lost) {}

    /**
     * A CPU that sees only what is sent again cannot tell: docs/flows.md. Whoever looks into a
     * queue last also sends what waits there, so a connection can move for a moment however its
     * ends are kept; of such a one nothing is said here.
     */
    private Upload uploadOnOneCpu() throws Exception {
        final OnCpu one = OnCpu.pin(CPU);
        final TimersStay timers = TimersStay.open();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                final long strays = path.strays();
                final long lost = path.lost();
                final SocketInfo done;
                try (Connection connection = path.open()) {
                    connection.upload(UPLOAD);
                    Await.until(() -> path.atSource().sendQueue() == 0, "the last acknowledgement");
                    done = path.atSource();
                }
                if (path.strays() == strays) {
                    return new Upload(done, path.lost() - lost);
                }
                LOG.info("{} packets passed on another CPU", path.strays() - strays);
            }
        } finally {
            timers.close();
            one.close();
        }
        throw new AssertionError("each of " + CONNECTIONS + " connections moved between CPUs");
    }

    @Test
    void shouldCountClosedWindowsOfTheSideThatDoesNotRead() throws Exception {
        path.start(true);
        try (Connection connection = path.open()) {
            connection.upload(
                    UPLOAD,
                    () ->
                            Await.until(
                                    () -> zeroWindows("source", "destination") > 0,
                                    "a closed window"));
        }

        final long truth = path.sinkCounter("TcpExtTCPToZeroWindowAdv");
        for (final String container : List.of("source", "sink")) {
            final JsonNode tcp = path.toldInTheEnd(container);
            LOG.info("windows that the sink's sockets closed: {}; Weir: {}", truth, tcp);
            assertThat(tcp.at("/destination/zeroWindows").asLong())
                    .as("closed windows, and answers to probes")
                    .isGreaterThanOrEqualTo(truth)
                    .isPositive();
            assertThat(tcp.at("/source/zeroWindows").asLong()).isZero();
        }
    }

    private long zeroWindows(final String container, final String side) throws Exception {
        return path.told(container).path(side).path("zeroWindows").asLong();
    }
}
