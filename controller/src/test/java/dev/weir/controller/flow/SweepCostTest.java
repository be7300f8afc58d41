package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Test;

class SweepCostTest {
    private static final int FLOWS = 4_096;

    private final SimulatedDatapath datapath = new SimulatedDatapath(1, FLOWS, 64, 64);
    private final SweepFixture fixture = new SweepFixture(datapath, 16 << 20);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingForFlowsItKnows() {
        final AtomicBuffer region = datapath.flows[0];
        for (int i = 0; i < FLOWS; i++) {
            place(region, i);
        }
        for (int i = 0; i < 20; i++) {
            count(region);
            fixture.sweep();
        }

        long allocated = 0;
        int changed = 0;
        for (int i = 0; i < 10; i++) {
            count(region);
            final long before = threads.getCurrentThreadAllocatedBytes();
            changed += fixture.sweep();
            fixture.ledger.expire();
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(changed).isEqualTo(10 * FLOWS);
        assertThat(allocated).as("bytes for %d changed entries", changed).isLessThan(20_000);
        assertThat(fixture.ledger.live()).isEqualTo(FLOWS);
    }

    private void place(final AtomicBuffer region, final int flow) {
        final int at = EntryLayout.FLOW.at(flow);
        region.putLong(at + 8, 0xFFFF_0A01_0001L, ByteOrder.BIG_ENDIAN);
        region.putLong(at + 24, 0xFFFF_0A02_0000L + flow, ByteOrder.BIG_ENDIAN);
        region.putShort(at + EntryLayout.FLOW.endpointOffset, (short) 1);
        region.putByte(at + 38, (byte) Protocols.TCP);
        region.putInt(at + EntryLayout.FLOW_CREATED, 900);
        region.putInt(
                EntryLayout.inPlace(at, EntryLayout.FLOW.firstSeenOffset), datapath.clock.now());
        region.putInt(at + EntryLayout.FLOW.epochOffset, 2);
    }

    private void count(final AtomicBuffer region) {
        for (int flow = 0; flow < region.capacity() / EntryLayout.FLOW.length; flow++) {
            final int at = EntryLayout.FLOW.at(flow);
            region.addLongOrdered(at + EntryLayout.FLOW.packets0Offset, 1);
            region.addLongOrdered(at + EntryLayout.FLOW.bytes0Offset, 100);
            region.putInt(at + EntryLayout.FLOW.lastSeenOffset, datapath.clock.now());
        }
    }
}
