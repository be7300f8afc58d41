package dev.weir.dataplane.event;

import static dev.weir.dataplane.testkit.Packets.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.testkit.CounterPicture;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows that do not fit arrive as events; what the logs cannot hold arrives as overflow. */
@KernelTest
class EvictionLogsIT {
    private static final int LEAST_BYTES = 4096;
    private static final int FLOWS = 3_000;

    @RegisterExtension
    static final ProgramUnderTest WEIR =
            new ProgramUnderTest(new TableSizes(64, 1024, 64, 16, 64, 16, 64, 64, 16, LEAST_BYTES));

    private final FlowEntry entry = new FlowEntry();
    private long packets;
    private long bytes;

    private static void send(final int endpoint, final int flow) {
        WEIR.fromContainer(
                endpoint,
                ip("10.1.0.2", "10.1.0.3").udp(1000 + flow, 53).payload(flow % 500).build());
    }

    private void count(final FlowEntry flow) {
        packets += flow.packets(Direction.EGRESS);
        bytes += flow.bytes(Direction.EGRESS);
    }

    private void countCached() {
        final FlowEntry copy = new FlowEntry();
        for (int cpu = 0; cpu < WEIR.dataplane().flows().cpus(); cpu++) {
            for (int slot = 0; slot < WEIR.dataplane().flows().slots(); slot++) {
                if (WEIR.dataplane().flows().read(cpu, slot, copy)) {
                    count(copy);
                }
            }
        }
    }

    @Test
    void shouldLoseNoPacketWhileTheLogsAreReadAndWrap() {
        WEIR.endpoint(1, "10.1.0.2");
        final EventSource events = WEIR.dataplane().events();
        final CounterPicture before = CounterPicture.of(WEIR.dataplane().counters(), 1);
        final int[] seen = {0};
        for (int flow = 0; flow < FLOWS; flow++) {
            send(1, flow);
            events.poll(
                    (type, cpu, slot, buffer, offset) -> {
                        assertThat(type).isEqualTo(EventSource.FLOW_EVICTED);
                        assertThat(cpu).isBetween(0, WEIR.dataplane().flows().cpus() - 1);
                        assertThat(slot).isBetween(0, 63);
                        count(entry.wrap(buffer, offset));
                        seen[0]++;
                    },
                    100);
        }
        countCached();

        final CounterPicture moved =
                CounterPicture.of(WEIR.dataplane().counters(), 1).minus(before);
        assertThat(seen[0]).isGreaterThan(FLOWS / 2).isEqualTo((int) moved.flowsEvicted());
        assertThat(packets).isEqualTo(FLOWS).isEqualTo(moved.total(Direction.EGRESS).packets());
        assertThat(bytes).isEqualTo(moved.total(Direction.EGRESS).bytes());
        assertThat(events.pending()).isZero();
    }

    @Test
    void shouldCountAsOverflowWhatTheFullLogCannotTake() {
        WEIR.endpoint(2, "10.1.0.2");
        final EventSource events = WEIR.dataplane().events();
        final long overflowBefore =
                WEIR.dataplane().counters().overflowPackets(2, Direction.EGRESS);
        final CounterPicture before = CounterPicture.of(WEIR.dataplane().counters(), 2);
        for (int flow = 0; flow < FLOWS; flow++) {
            send(2, flow);
        }
        assertThat(events.pending()).isEqualTo(events.capacity() / WEIR.dataplane().flows().cpus());
        assertThat(events.poll(this::onEvent, 3)).isEqualTo(3);
        events.poll(this::onEvent, Integer.MAX_VALUE);
        countCached();

        final long overflow =
                WEIR.dataplane().counters().overflowPackets(2, Direction.EGRESS) - overflowBefore;
        assertThat(overflow).isPositive();
        assertThat(packets + overflow)
                .isEqualTo(FLOWS)
                .isEqualTo(
                        CounterPicture.of(WEIR.dataplane().counters(), 2)
                                .minus(before)
                                .total(Direction.EGRESS)
                                .packets());
    }

    private void onEvent(
            final int type,
            final int cpu,
            final int slot,
            final DirectBuffer buffer,
            final int offset) {
        count(entry.wrap(buffer, offset));
    }
}
