package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.layout.Direction;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What TCP's sequence numbers told, from the caches of two CPUs to one record. */
class FlowInsightsTest {
    private static final int CLIENT = 1;
    private static final Flow OUT = new Flow(CLIENT, 7, 41_234, 80, 900);
    private static final byte KNOWN = EntryLayout.KNOWN_NUMBERS | EntryLayout.KNOWN_INSIGHT;
    private static final int INSIGHT = EntryLayout.inPlace(0, EntryLayout.FLOW_INSIGHT);
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

    /** A packet on a CPU; returns where the flow's entry there lies, its insight begun. */
    private int packet(final int cpu, final Flow flow) {
        datapath.packet(cpu, flow, Direction.EGRESS, 100);
        datapath.finish();
        final int at = datapath.flowInUse(cpu);
        datapath.flows[cpu].putByte(at + EntryLayout.FLOW_KNOWN, KNOWN);
        SimulatedDatapath.tell(datapath.flows[cpu], at);
        return at;
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
        final int first = packet(0, OUT);
        final int second = packet(1, OUT);
        datapath.flows[0].putInt(first + RESENT + 4, 3);
        datapath.flows[0].putInt(first + RESENT_BYTES + 4, 4_344);
        datapath.flows[1].putInt(second + RESENT + 4, 2);
        datapath.flows[1].putInt(second + RESENT, 1);
        datapath.flows[1].putInt(second + OUT_OF_ORDER, 5);
        datapath.flows[1].putShort(second + ZERO_WINDOWS, (short) 6);

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
        final int at = packet(0, OUT);
        final AtomicBuffer memory = datapath.flows[0];
        memory.putInt(at + RESENT, 0xFFFF_FFFE);
        memory.putShort(at + ZERO_WINDOWS, (short) 0xFFFF);
        tcp();
        memory.putInt(at + RESENT, 1);
        memory.putShort(at + ZERO_WINDOWS, (short) 4);
        SimulatedDatapath.tell(memory, at);
        datapath.packet(0, OUT, Direction.EGRESS, 100);
        datapath.finish();

        assertThat(tcp().destination().retransmits()).isEqualTo(0xFFFF_FFFEL + 3 & 0xFFFF_FFFFL);
        assertThat(tcp().destination().zeroWindows()).isEqualTo(0xFFFF + 5);
    }

    @Test
    void shouldGiveRoundTripsWithTheirQuantiles() {
        final int at = packet(0, OUT);
        final AtomicBuffer memory = datapath.flows[0];
        memory.putInt(at + RTT_MIN, 20_000);
        memory.putInt(at + RTT_COUNT, 100);
        memory.putInt(at + RTT_SUM, 100 * 40_000 / 256);
        memory.putShort(at + HISTOGRAM + 2, (short) 90);
        memory.putShort(at + HISTOGRAM + 2 * 9, (short) 10);

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
        final int at = packet(0, OUT);
        datapath.flows[0].putInt(
                EntryLayout.inPlace(at, EntryLayout.FLOW_HANDSHAKE_NETWORK), 30_000);
        datapath.flows[0].putInt(
                EntryLayout.inPlace(at, EntryLayout.FLOW_HANDSHAKE_CONTAINER), 5_000);
        SimulatedDatapath.tell(datapath.flows[0], at);

        final FlowRecord.Rtt alone = tcp().rttNanos();

        assertThat(alone.samples()).isEqualTo(1);
        assertThat(alone.min()).isEqualTo(30_000);
        assertThat(alone.avg()).isBetween(30_000L, 30_000L + 256);
        assertThat(sweep.statistics().read(CLIENT).orElseThrow().tcp().rtt()).isEqualTo(alone);

        datapath.flows[0].putInt(at + RTT_MIN, 20_000);
        datapath.flows[0].putInt(at + RTT_COUNT, 1);
        datapath.flows[0].putInt(at + RTT_SUM, 20_000 / 256);
        datapath.flows[0].putShort(at + HISTOGRAM + 2, (short) 1);
        packet(0, OUT);

        final FlowRecord.Rtt both = tcp().rttNanos();

        assertThat(both.samples()).isEqualTo(2);
        assertThat(both.min()).isEqualTo(20_000);
        assertThat(both.avg()).isBetween(25_000L - 256, 25_000L + 256);
        assertThat(sweep.statistics().read(CLIENT).orElseThrow().tcp().rtt()).isEqualTo(both);
    }

    @Test
    void shouldTakeNothingFromTheFlowThatHadTheEntryBefore() {
        final int at = packet(0, OUT);
        datapath.flows[0].putInt(at + RESENT, 9);
        datapath.flows[0].putByte(at + EntryLayout.FLOW_KNOWN, (byte) 0);

        assertThat(tcp().retransmits()).isNull();
    }

    @Test
    void shouldTellEcnAndVlan() {
        final int at = packet(0, OUT);
        datapath.flows[0].putByte(at + EntryLayout.FLOW_ECN, (byte) 0b1101);
        datapath.flows[0].putShort(at + EntryLayout.FLOW_VLAN, (short) 42);

        final FlowRecord record =
                sweep.history()
                        .query(FlowQueryParser.parse(Map.of(), Clock.systemUTC()))
                        .items()
                        .get(0);

        assertThat(record.ip().ecn()).containsExactly("ECT(0)", "CE");
        assertThat(record.vlan()).isEqualTo(42);
    }
}
