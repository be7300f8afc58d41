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

    private static void enter(final AtomicBuffer region, final int slot, final FlowKey key) {
        final int at = FlowEntry.at(slot);
        new FlowKeyView(region, at).set(key);
        region.putLong(at + FlowEntry.PACKETS_OFFSET, 3);
        region.putInt(at + FlowEntry.EPOCH_OFFSET, 2);
    }

    private static FlowKey key(final int endpoint) {
        return new FlowKey(
                endpoint, IpAddress.parse("10.1.0.2"), IpAddress.parse("fd00::3"), 65_535, 80, 132);
    }

    @Test
    void shouldCopyOneFlowWithAllOfItsKey() {
        enter(flows.region(1), 7, key(65_535));

        assertThat(flows.read(1, 7, copy)).isTrue();

        assertThat(copy.key().toKey()).isEqualTo(key(65_535));
        assertThat(copy.packets(Direction.INGRESS)).isEqualTo(3);
        flows.region(1).putLong(FlowEntry.at(7) + FlowEntry.PACKETS_OFFSET, 4);
        assertThat(copy.packets(Direction.INGRESS)).isEqualTo(3);
    }

    @Test
    void shouldReadNoSlotThatWasNeverUsed() {
        assertThat(flows.read(0, 0, copy)).isFalse();
    }

    @Test
    void shouldReadNoFlowWhileTheSlotChangesHands() {
        enter(flows.region(0), 0, key(1));
        flows.region(0).putInt(FlowEntry.EPOCH_OFFSET, 3);

        assertThat(flows.read(0, 0, copy)).isFalse();
    }

    @Test
    void shouldNeverMixTwoFlowsWhileAWriterHandsTheSlotOver() throws Exception {
        final AtomicBuffer region = flows.region(0);
        enter(region, 0, key(1));
        final Thread writer =
                new Thread(
                        () -> {
                            for (int i = 0; i < 200_000; i++) {
                                final int number = i % 60_000 + 1;
                                region.getAndAddInt(FlowEntry.EPOCH_OFFSET, 1);
                                region.putShort(FlowKeyView.ENDPOINT_OFFSET, (short) number);
                                region.putLong(FlowEntry.PACKETS_OFFSET, number);
                                region.getAndAddInt(FlowEntry.EPOCH_OFFSET, 1);
                            }
                        });
        region.putLong(FlowEntry.PACKETS_OFFSET, 1);
        writer.start();
        while (writer.isAlive()) {
            if (flows.read(0, 0, copy)) {
                assertThat(copy.packets(Direction.INGRESS)).isEqualTo(copy.endpoint());
            }
        }
        writer.join();
        assertThat(flows.read(0, 0, copy)).isTrue();
    }

    @Test
    void shouldNotAllocateDuringASweep() {
        for (int slot = 0; slot < SLOTS; slot++) {
            enter(flows.region(0), slot, key(slot + 1));
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
