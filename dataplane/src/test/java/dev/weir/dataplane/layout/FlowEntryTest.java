package dev.weir.dataplane.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.InMemoryRegions;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Test;

class FlowEntryTest {
    private static final int SLOTS = 1024;

    private final FlowRegions flows = InMemoryRegions.flows(2, SLOTS);
    private final FlowEntry copy = new FlowEntry();

    private FlowWriter writer(final int cpu, final int slot) {
        return new FlowWriter(flows.region(cpu), flows.details(), slot);
    }

    private void enter(final int cpu, final int slot, final FlowKey key) {
        writer(cpu, slot).key(key).packets(Direction.INGRESS, 3).epoch(2);
    }

    private static FlowKey key(final int endpoint) {
        return new FlowKey(
                endpoint, IpAddress.parse("10.1.0.2"), IpAddress.parse("fd00::3"), 65_535, 80, 132);
    }

    @Test
    void shouldCopyOneFlowWithAllOfItsKey() {
        enter(1, 7, key(16_384));

        assertThat(flows.read(1, 7, copy)).isTrue();

        assertThat(copy.toKey()).isEqualTo(key(16_384));
        assertThat(copy.packets(Direction.INGRESS)).isEqualTo(3);
        writer(1, 7).packets(Direction.INGRESS, 1);
        assertThat(copy.packets(Direction.INGRESS)).isEqualTo(3);
    }

    @Test
    void shouldReadNoSlotThatWasNeverUsed() {
        assertThat(flows.read(0, 0, copy)).isFalse();
    }

    @Test
    void shouldReadNoFlowWhileTheSlotChangesHands() {
        enter(0, 0, key(1));
        writer(0, 0).open();

        assertThat(flows.read(0, 0, copy)).isFalse();
    }

    @Test
    void shouldNeverMixTwoFlowsWhileAWriterHandsTheSlotOver() throws Exception {
        final AtomicBuffer entries = flows.region(0);
        final AtomicBuffer details = flows.details();
        final FlowWriter slot = new FlowWriter(entries, details, 0);
        final Thread writer =
                new Thread(
                        () -> {
                            for (int i = 0; i < 200_000; i++) {
                                final int number = i % 16_000 + 1;
                                slot.open().clear();
                                slot.key(key(number)).packets(Direction.INGRESS, number);
                                slot.putInt(FlowEntry.CREATED_OFFSET, number).close(false);
                            }
                        });
        slot.key(key(1)).packets(Direction.INGRESS, 1).epoch(2);
        slot.putInt(FlowEntry.CREATED_OFFSET, 1);
        writer.start();
        while (writer.isAlive()) {
            if (flows.read(0, 0, copy)) {
                assertThat(copy.packets(Direction.INGRESS)).isEqualTo(copy.endpoint());
                assertThat(copy.created()).isEqualTo(copy.endpoint());
            }
        }
        writer.join();
        assertThat(flows.read(0, 0, copy)).isTrue();
    }

    @Test
    void shouldReadWhatLiesBelowTheCounters() {
        writer(0, 3)
                .key(key(9))
                .epoch(0xFFFE)
                .packets(Direction.EGRESS, (1L << 40) - 1)
                .bytes(Direction.INGRESS, (1L << 48) - 1)
                .revision(0x8001)
                .rule(65_535)
                .tcpFlags(Direction.INGRESS, 0x12)
                .tcpFlags(Direction.EGRESS, 0xFF)
                .reason(Reason.AUDIT)
                .ecn(0b1010)
                .tell();

        assertThat(flows.read(0, 3, copy)).isTrue();

        assertThat(copy.packets(Direction.INGRESS)).isZero();
        assertThat(copy.packets(Direction.EGRESS)).isEqualTo((1L << 40) - 1);
        assertThat(copy.bytes(Direction.INGRESS)).isEqualTo((1L << 48) - 1);
        assertThat(copy.bytes(Direction.EGRESS)).isZero();
        assertThat(copy.epoch()).isEqualTo(0xFFFE);
        assertThat(copy.revision()).isEqualTo(0x8001);
        assertThat(copy.rule()).isEqualTo(65_535);
        assertThat(copy.tcpFlags(Direction.INGRESS)).isEqualTo(0x12);
        assertThat(copy.tcpFlags(Direction.EGRESS)).isEqualTo(0xFF);
        assertThat(copy.verdict()).isEqualTo(Verdict.AUDIT);
        assertThat(copy.reason()).isEqualTo(Reason.AUDIT);
        assertThat(copy.ecn()).isEqualTo(0b1010);
        assertThat(copy.told()).isEqualTo(1);
        assertThat(copy.answers(Direction.INGRESS)).isFalse();
    }

    @Test
    void shouldNotAllocateDuringASweep() {
        for (int slot = 0; slot < SLOTS; slot++) {
            enter(0, slot, key(slot + 1));
        }
        long sum = 0;
        for (int i = 0; i < 200; i++) {
            sum += sweep();
        }
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes();

        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
            sum += sweep();
        }
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isZero();
        assertThat(sum).isEqualTo(220L * SLOTS * 3);
    }

    private long sweep() {
        long packets = 0;
        for (int cpu = 0; cpu < flows.cpus(); cpu++) {
            for (int slot = 0; slot < flows.slots(); slot++) {
                if (flows.read(cpu, slot, copy)) {
                    packets += copy.packets(Direction.INGRESS) + copy.packets(Direction.EGRESS);
                }
            }
        }
        return packets;
    }
}
