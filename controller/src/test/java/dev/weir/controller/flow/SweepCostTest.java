package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class SweepCostTest {
    private static final int FLOWS = 4_096;

    private final SimulatedDatapath datapath = new SimulatedDatapath(1, FLOWS, 64, 64);
    private final SweepFixture fixture = new SweepFixture(datapath, 16 << 20);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingForFlowsItKnows() {
        for (int i = 0; i < FLOWS; i++) {
            place(i);
        }
        for (int i = 0; i < 20; i++) {
            count();
            fixture.sweep();
        }

        long allocated = 0;
        int changed = 0;
        for (int i = 0; i < 10; i++) {
            count();
            final long before = threads.getCurrentThreadAllocatedBytes();
            changed += fixture.sweep();
            fixture.ledger.expire();
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(changed).isEqualTo(10 * FLOWS);
        assertThat(allocated).as("bytes for %d changed entries", changed).isLessThan(20_000);
        assertThat(fixture.ledger.live()).isEqualTo(FLOWS);
    }

    private void place(final int flow) {
        datapath.flow(0, flow)
                .key(new Flow(1, flow, 0, 0, 0).key())
                .putInt(FlowEntry.CREATED_OFFSET, 900)
                .putInt(FlowEntry.FIRST_SEEN_OFFSET, datapath.clock.now())
                .epoch(2);
    }

    private void count() {
        for (int flow = 0; flow < FLOWS; flow++) {
            datapath.flow(0, flow)
                    .packets(Direction.INGRESS, 1)
                    .bytes(Direction.INGRESS, 100)
                    .lastSeen(datapath.clock.now());
        }
    }
}
