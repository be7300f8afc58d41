package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowWriter;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What TCP's sequence numbers told, from the caches of two CPUs to one record. */
class FlowInsightsTest {
    private static final int CLIENT = 1;
    private static final Flow OUT = new Flow(CLIENT, 7, 41_234, 80, 900);
    private static final byte KNOWN = FlowEntry.KNOWN_NUMBERS | FlowEntry.KNOWN_INSIGHT;
    private static final int INSIGHT = FlowEntry.INSIGHT_OFFSET;
    private static final int RESENT = INSIGHT + 16;
    private static final int RESENT_BYTES = INSIGHT + 24;
    private static final int OUT_OF_ORDER = INSIGHT + 32;
    private static final int ZERO_WINDOWS = INSIGHT + 40;
    private static final int RTT_MIN = INSIGHT + 44;
    private static final int RTT_COUNT = INSIGHT + 48;
    private static final int RTT_SUM = INSIGHT + 52;
    private static final int HISTOGRAM = INSIGHT + 60;

    private final SimulatedDatapath datapath = new SimulatedDatapath(2, 64, 16, 64);
    private final KnownNames names = new KnownNames();
    private final FlowSweep sweep = datapath.sweep(names);

    @BeforeEach
    void attach() {
        sweep.attached(names.add(CLIENT, "client"), Optional.empty());
    }

    /** A packet on a CPU; returns the flow's entry there, its insight begun. */
    private FlowWriter packet(final int cpu, final Flow flow) {
        datapath.packet(cpu, flow, Direction.EGRESS, 100);
        datapath.finish();
        return datapath.flowInUse(cpu).putByte(FlowEntry.KNOWN_OFFSET, KNOWN).tell();
    }

    private FlowRecord.Tcp tcp() {
        return sweep.history()
                .query(FlowQueryParser.parse(Map.of(), Clock.systemUTC()))
                .items()
                .get(0)
                .tcp();
    }

    @Test
    void shouldSayNothingOfWhatWasNotSeen() {
        datapath.packet(0, OUT, Direction.EGRESS, 100);
        datapath.finish();

        assertThat(tcp().retransmits()).isNull();
        assertThat(tcp().rttNanos()).isNull();
        assertThat(tcp().source().zeroWindows()).isNull();
    }

    @Test
    void shouldAddUpTwoCpusBySide() {
        final FlowWriter first = packet(0, OUT);
        final FlowWriter second = packet(1, OUT);
        first.putInt(RESENT + 4, 3);
        first.putInt(RESENT_BYTES + 4, 4_344);
        second.putInt(RESENT + 4, 2);
        second.putInt(RESENT, 1);
        second.putInt(OUT_OF_ORDER, 5);
        second.putShort(ZERO_WINDOWS, 6);

        final FlowRecord.Tcp tcp = tcp();

        assertThat(tcp.retransmits()).isEqualTo(6);
        assertThat(tcp.source().retransmits()).isEqualTo(5);
        assertThat(tcp.source().retransmittedBytes()).isEqualTo(4_344);
        assertThat(tcp.destination().retransmits()).isEqualTo(1);
        assertThat(tcp.destination().outOfOrder()).isEqualTo(5);
        assertThat(tcp.destination().zeroWindows()).isEqualTo(6);
        final ContainerStats.Connections total =
                sweep.statistics().read(CLIENT).orElseThrow().tcp();
        assertThat(total.retransmits()).isEqualTo(6);
        assertThat(total.outOfOrder()).isEqualTo(5);
    }

    @Test
    void shouldCountOnWhenCountersWrap() {
        final FlowWriter entry = packet(0, OUT);
        entry.putInt(RESENT, 0xFFFF_FFFE);
        entry.putShort(ZERO_WINDOWS, 0xFFFF);
        tcp();
        entry.putInt(RESENT, 1);
        entry.putShort(ZERO_WINDOWS, 4);
        entry.tell();
        datapath.packet(0, OUT, Direction.EGRESS, 100);
        datapath.finish();

        assertThat(tcp().destination().retransmits()).isEqualTo(0xFFFF_FFFEL + 3 & 0xFFFF_FFFFL);
        assertThat(tcp().destination().zeroWindows()).isEqualTo(0xFFFF + 5);
    }

    @Test
    void shouldNoticeWhatIsToldAFullTurnOfItsStepLater() {
        final FlowWriter entry = packet(0, OUT);
        tcp();
        for (int step = 0; step < 256; step++) {
            entry.tell();
        }
        entry.putInt(RESENT + 4, 256);
        for (int packet = 0; packet < 32; packet++) {
            datapath.packet(0, OUT, Direction.EGRESS, 100);
        }
        datapath.finish();

        assertThat(tcp().source().retransmits()).isEqualTo(256);
    }

    @Test
    void shouldGiveRoundTripsWithTheirQuantiles() {
        final FlowWriter entry = packet(0, OUT);
        entry.putInt(RTT_MIN, 20_000);
        entry.putInt(RTT_COUNT, 100);
        entry.putInt(RTT_SUM, 100 * 40_000 / 256);
        entry.putShort(HISTOGRAM + 2, 90);
        entry.putShort(HISTOGRAM + 2 * 9, 10);

        final FlowRecord.Rtt rtt = tcp().rttNanos();

        assertThat(rtt.samples()).isEqualTo(100);
        assertThat(rtt.min()).isEqualTo(20_000);
        assertThat(rtt.avg()).isEqualTo(40_000);
        assertThat(rtt.p50()).isBetween(20_000L, 24_576L);
        assertThat(rtt.p99()).isBetween(1L << 18, 3L << 17);
        assertThat(sweep.statistics().read(CLIENT).orElseThrow().tcp().rtt()).isEqualTo(rtt);
    }

    @Test
    void shouldTakeTheNetworksShareOfTheHandshakeForTheFirstRoundTrip() {
        final FlowWriter entry = packet(0, OUT);
        entry.putInt(FlowEntry.HANDSHAKE_NETWORK_NS_OFFSET, 30_000);
        entry.putInt(FlowEntry.HANDSHAKE_CONTAINER_NS_OFFSET, 5_000);
        entry.tell();

        final FlowRecord.Rtt alone = tcp().rttNanos();

        assertThat(alone.samples()).isEqualTo(1);
        assertThat(alone.min()).isEqualTo(30_000);
        assertThat(alone.avg()).isBetween(30_000L, 30_000L + 256);
        assertThat(sweep.statistics().read(CLIENT).orElseThrow().tcp().rtt()).isEqualTo(alone);

        entry.putInt(RTT_MIN, 20_000);
        entry.putInt(RTT_COUNT, 1);
        entry.putInt(RTT_SUM, 20_000 / 256);
        entry.putShort(HISTOGRAM + 2, 1);
        packet(0, OUT);

        final FlowRecord.Rtt both = tcp().rttNanos();

        assertThat(both.samples()).isEqualTo(2);
        assertThat(both.min()).isEqualTo(20_000);
        assertThat(both.avg()).isBetween(25_000L - 256, 25_000L + 256);
        assertThat(sweep.statistics().read(CLIENT).orElseThrow().tcp().rtt()).isEqualTo(both);
    }

    @Test
    void shouldTakeNothingFromTheFlowThatHadTheEntryBefore() {
        final FlowWriter entry = packet(0, OUT);
        entry.putInt(RESENT, 9);
        entry.putByte(FlowEntry.KNOWN_OFFSET, 0);

        assertThat(tcp().retransmits()).isNull();
    }

    @Test
    void shouldTellEcnAndVlan() {
        final FlowWriter entry = packet(0, OUT);
        entry.ecn(0b1101);
        entry.putShort(FlowEntry.VLAN_OFFSET, 42);

        final FlowRecord record =
                sweep.history()
                        .query(FlowQueryParser.parse(Map.of(), Clock.systemUTC()))
                        .items()
                        .get(0);

        assertThat(record.ip().ecn()).containsExactly("ECT(0)", "CE");
        assertThat(record.vlan()).isEqualTo(42);
    }
}
