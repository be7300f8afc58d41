package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.table.FlowRegions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WrittenPartsTest {
    private static final int CPUS = 2;
    private static final int SLOTS = 64 * 8;

    private final UnsafeBuffer stamps =
            new UnsafeBuffer(ByteBuffer.allocateDirect(CPUS * FlowStamps.LENGTH));
    private final FlowRegions cache =
            new FlowRegions(
                    memory(FlowEntry.ENTRY_LENGTH), memory(FlowEntry.DETAIL_LENGTH), stamps, SLOTS);
    private long nanos = -5;
    private final WrittenParts parts = new WrittenParts(cache, () -> nanos);

    private static AtomicBuffer[] memory(final int length) {
        final AtomicBuffer[] buffers = new AtomicBuffer[CPUS];
        for (int cpu = 0; cpu < CPUS; cpu++) {
            buffers[cpu] = new UnsafeBuffer(ByteBuffer.allocateDirect(SLOTS * length));
        }
        return buffers;
    }

    /** What a sweep reads, as CPU times 100 plus part. */
    private List<Integer> sweep() {
        parts.start();
        final List<Integer> due = new ArrayList<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            for (int part = 0; part < SLOTS / cache.partSlots(); part++) {
                if (parts.isDue(cpu, part)) {
                    due.add(100 * cpu + part);
                }
            }
        }
        return due;
    }

    private void write(final int cpu, final int part, final int jiffies) {
        stamps.putInt(cpu * FlowStamps.LENGTH + part * Integer.BYTES, jiffies);
    }

    @BeforeEach
    void settle() {
        assertThat(cache.partSlots()).isEqualTo(8);
        assertThat(sweep()).hasSize(CPUS * 64); // nobody knows what there was before
        nanos += WrittenParts.SETTLED_NANOS;
        sweep();
    }

    @Test
    void shouldReadNothingWhereNothingWasWritten() {
        assertThat(sweep()).isEmpty();
    }

    @Test
    void shouldReadAPartWhoseStampChanged() {
        write(1, 63, 7);

        assertThat(sweep()).containsExactly(163);
    }

    @Test
    void shouldReadItOnceMoreAfterTheJiffyIsOver() {
        write(0, 3, 7);
        assertThat(sweep()).containsExactly(3);
        nanos += WrittenParts.SETTLED_NANOS - 1;
        assertThat(sweep()).containsExactly(3);
        nanos += 1;
        assertThat(sweep()).containsExactly(3);

        assertThat(sweep()).isEmpty();
    }

    @Test
    void shouldNotTakeTimeItWasNotAskedInForQuiet() {
        write(0, 3, 7);
        nanos += 20 * WrittenParts.SETTLED_NANOS;

        assertThat(sweep()).containsExactly(3);
        assertThat(sweep()).containsExactly(3);
    }

    @Test
    void shouldReadItAsLongAsItsStampChanges() {
        for (int jiffies = 1; jiffies < 20; jiffies++) {
            write(0, 3, jiffies);
            write(0, 9, 1);
            nanos += WrittenParts.SETTLED_NANOS;
            assertThat(sweep()).contains(3);
        }

        assertThat(sweep()).containsExactly(3);
    }

    @Test
    void shouldReadAllEveryMinute() {
        nanos += WrittenParts.ALL_NANOS - WrittenParts.SETTLED_NANOS;
        assertThat(sweep()).hasSize(CPUS * 64);
        assertThat(sweep()).isEmpty();
        nanos += WrittenParts.ALL_NANOS - 1;
        assertThat(sweep()).isEmpty();
        nanos += 1;
        assertThat(sweep()).hasSize(CPUS * 64);
    }
}
