package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.ACK;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.InsightView;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.OnCpu;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.verdict.ProgramTables.ControlWord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DESIGN 2.8: what sequence numbers tell, packet by packet. */
@KernelTest
class InsightIT {
    private static final String PEER = "10.1.0.3";
    private static final int LENGTH = 100;

    /** Close to the end of the number space, so that most tests cross it. */
    private static final int START = -250;

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    /** Another one for each test: a sample that one leaves unanswered is waited for. */
    private static int port = 4000;

    @BeforeEach
    void open() {
        port++;
        establish();
        container.awaitJiffy(); // the handshake's own jiffy, and the next, have its round trip
        container.awaitJiffy();
    }

    private static void establish() {
        container.fromContainer(Packets.ip(LOCAL4, PEER).tcp(port, 80).flags(SYN));
        container.toContainer(Packets.ip(PEER, LOCAL4).tcp(80, port).flags(SYN | ACK));
        container.fromContainer(Packets.ip(LOCAL4, PEER).tcp(port, 80).flags(ACK));
    }

    private static Packets out(final int sequence, final int length) {
        return Packets.ip(LOCAL4, PEER)
                .tcp(port, 80)
                .flags(ACK)
                .sequence(sequence, 7000)
                .payload(length);
    }

    private static Packets in(final int sequence, final int acknowledged, final int length) {
        return Packets.ip(PEER, LOCAL4)
                .tcp(80, port)
                .flags(ACK)
                .sequence(sequence, acknowledged)
                .payload(length);
    }

    private static InsightView sent(final int... segments) {
        FlowEntry flow = null;
        for (final int segment : segments) {
            flow = container.fromContainer(out(START + segment * LENGTH, LENGTH)).flow().get();
        }
        assertThat(flow.hasInsight()).isTrue();
        return flow.insight();
    }

    @Test
    void shouldFindNothingInDataThatComesInOrder() {
        final InsightView insight = sent(0, 1, 2, 3, 4, 5);

        assertThat(insight.retransmittedPackets(EGRESS)).isZero();
        assertThat(insight.retransmittedBytes(EGRESS)).isZero();
        assertThat(insight.outOfOrder(EGRESS)).isZero();
        assertThat(insight.zeroWindows(EGRESS)).isZero();
    }

    @Test
    void shouldCountDataThatWasSeenBefore() {
        final InsightView insight = sent(0, 1, 2, 3, 1, 2, 4);

        assertThat(insight.retransmittedPackets(EGRESS)).isEqualTo(2);
        assertThat(insight.retransmittedBytes(EGRESS)).isEqualTo(2 * LENGTH);
        assertThat(insight.outOfOrder(EGRESS)).isZero();
    }

    @Test
    void shouldCountTheOldPartOfDataThatIsPartlyNew() {
        sent(0, 1);
        final InsightView insight =
                container.fromContainer(out(START + 150, 100)).flow().orElseThrow().insight();

        assertThat(insight.retransmittedPackets(EGRESS)).isEqualTo(1);
        assertThat(insight.retransmittedBytes(EGRESS)).isEqualTo(50);
        assertThat(sent(2).retransmittedPackets(EGRESS)).isEqualTo(2);
    }

    @Test
    void shouldCountDataThatFillsAGapAsLateAndNotAsSeenBefore() {
        final InsightView insight = received(0, 3, 1, 2, 4);

        assertThat(insight.outOfOrder(INGRESS)).isEqualTo(2);
        assertThat(insight.retransmittedPackets(INGRESS)).isZero();
        assertThat(received(1).retransmittedPackets(INGRESS)).isEqualTo(1);
    }

    private static InsightView received(final int... segments) {
        FlowEntry flow = null;
        for (final int segment : segments) {
            flow = container.toContainer(in(segment * LENGTH, START, LENGTH)).flow().get();
        }
        return flow.insight();
    }

    @Test
    void shouldCountWhatTheContainerSendsAgainWhenAnotherCpuSawItFirst() {
        sent(0);
        final OnCpu other = OnCpu.pin(1);
        try {
            sent(1, 2);
        } finally {
            other.close();
        }
        final InsightView insight = sent(3, 1);

        assertThat(insight.retransmittedPackets(EGRESS)).isEqualTo(1);
        assertThat(insight.outOfOrder(EGRESS)).isZero();
    }

    @Test
    void shouldKeepTheDirectionsApart() {
        sent(0, 1, 1);
        container.toContainer(in(500, START, LENGTH));
        final InsightView insight =
                container.toContainer(in(500, START, LENGTH)).flow().orElseThrow().insight();

        assertThat(insight.retransmittedPackets(EGRESS)).isEqualTo(1);
        assertThat(insight.retransmittedPackets(INGRESS)).isEqualTo(1);
    }

    @Test
    void shouldTakePacketsWithoutDataForNoData() {
        sent(0, 1, 2);
        final InsightView insight =
                container.fromContainer(out(START, 0)).flow().orElseThrow().insight();

        assertThat(insight.retransmittedPackets(EGRESS)).isZero();
    }

    @Test
    void shouldCountPacketsThatOfferNoWindow() {
        container.toContainer(in(500, START, LENGTH));
        container.toContainer(in(600, START, 0).window(0));
        final InsightView insight =
                container.toContainer(in(600, START, 0).window(0)).flow().orElseThrow().insight();

        assertThat(insight.zeroWindows(INGRESS)).isEqualTo(2);
        assertThat(insight.zeroWindows(EGRESS)).isZero();
    }

    @Test
    void shouldMeasureFromDataUntilItIsAcknowledged() {
        final long before = System.nanoTime();
        sent(0);
        assertThat(container.toContainer(in(500, START, 0)).flow().get().insight().rttCount())
                .isZero();
        final InsightView insight =
                container.toContainer(in(500, START + LENGTH, 0)).flow().orElseThrow().insight();
        final long elapsed = System.nanoTime() - before;

        assertThat(insight.rttCount()).isEqualTo(1);
        assertThat(insight.rttMinNanos()).isBetween(1L, elapsed);
        assertThat((insight.rttSum() & 0xFFFF_FFFFL) * 256)
                .isBetween(insight.rttMinNanos() - 128, insight.rttMinNanos() + 128);
        final int bucket = bucketOf(insight);
        assertThat(insight.rttMinNanos())
                .isGreaterThanOrEqualTo(InsightView.bucketFloorNanos(bucket));
        if (bucket < InsightView.BUCKETS - 1) {
            assertThat(insight.rttMinNanos()).isLessThan(InsightView.bucketFloorNanos(bucket + 1));
        }
    }

    @Test
    void shouldTakeTheHandshakeForTheRoundTripOfTheJiffyItIsIn() {
        boolean inOneJiffy = false;
        for (int attempt = 0; attempt < 100 && !inOneJiffy; attempt++) {
            port++;
            establish();
            sent(0);
            final FlowEntry flow =
                    container.toContainer(in(500, START + LENGTH, 0)).flow().orElseThrow();
            inOneJiffy = flow.firstSeen() == flow.lastSeen();
            if (inOneJiffy) {
                assertThat(flow.insight().rttCount()).isZero();
            }
        }
        assertThat(inOneJiffy).as("a connection opened and answered within a jiffy").isTrue();
    }

    private static int bucketOf(final InsightView insight) {
        int found = -1;
        for (int bucket = 0; bucket < InsightView.BUCKETS; bucket++) {
            if (insight.rttBucket(bucket) > 0) {
                assertThat(found).as("buckets in use").isEqualTo(-1);
                assertThat(insight.rttBucket(bucket)).isEqualTo(1);
                found = bucket;
            }
        }
        assertThat(found).as("bucket in use").isNotNegative();
        return found;
    }

    @Test
    void shouldNotMeasureDataThatWasSentAgain() {
        sent(0, 0);
        final InsightView insight =
                container.toContainer(in(500, START + LENGTH, 0)).flow().orElseThrow().insight();

        assertThat(insight.rttCount()).isZero();
    }

    @Test
    void shouldMeasureNothingWhileThatIsShed() {
        container.tables().control(ControlWord.UNTIMED, 1);
        sent(0);
        final FlowEntry answered =
                container.toContainer(in(500, START + LENGTH, 0)).flow().orElseThrow();
        assertThat(answered.insight().rttCount()).isZero();

        container.tables().control(ControlWord.UNTIMED, 0);
        container.awaitJiffy();
        sent(1);
        assertThat(
                        container
                                .toContainer(in(500, START + 2 * LENGTH, 0))
                                .flow()
                                .orElseThrow()
                                .insight()
                                .rttCount())
                .isEqualTo(1);
    }

    @Test
    void shouldMeasureAcrossCpus() {
        sent(0);
        final OnCpu other = OnCpu.pin(1);
        try {
            final InsightView insight =
                    container
                            .toContainer(in(500, START + LENGTH, 0))
                            .flow()
                            .orElseThrow()
                            .insight();
            assertThat(insight.rttCount()).isEqualTo(1);
        } finally {
            other.close();
        }
    }

    @Test
    void shouldStartAnewForAnotherConnectionWithTheSameTuple() {
        sent(0, 1, 1);
        container.fromContainer(
                Packets.ip(LOCAL4, PEER).tcp(port, 80).flags(Packets.RST).sequence(START, 0));
        establish();
        final FlowEntry flow = container.fromContainer(out(START, LENGTH)).flow().orElseThrow();

        assertThat(flow.hasInsight()).isTrue();
        assertThat(flow.insight().retransmittedPackets(EGRESS)).isZero();
    }

    @Test
    void shouldRememberTheVlanAndTheCongestionCodepoints() {
        final FlowEntry flow =
                container.fromContainer(out(START, 10).dscp(46)).flow().orElseThrow();

        assertThat(flow.vlan()).isZero();
        assertThat(flow.ecn()).isEqualTo(1); // Not-ECT alone
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 17, 22, 23})
    void shouldPlaceTheEdgesOfTheHistogram(final int bucket) {
        final long floor = InsightView.bucketFloorNanos(bucket);

        assertThat(floor)
                .isEqualTo(
                        switch (bucket) {
                            case 1 -> 1L << 14;
                            case 2 -> 3L << 13;
                            case 16 -> 3L << 20;
                            case 17 -> 1L << 22;
                            case 22 -> 1L << 27;
                            default -> 1L << 28;
                        });
    }
}
