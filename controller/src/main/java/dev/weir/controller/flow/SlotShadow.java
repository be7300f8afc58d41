package dev.weir.controller.flow;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the sweep last saw in each slot of a cache, off heap. The scan reads only the first part.
 *
 * <pre>
 *  hot, per slot       0       4      8         16
 *                      +-------+------+----------+
 *                      | epoch | row  |   sum    |
 *                      +-------+------+----------+
 *  cold, per slot      0         8          16       24         32     36           40
 *                      +---------+----------+--------+----------+------+------------+
 *                      | packets | packets  | bytes  | bytes    | life | generation |
 *                      | ingress | egress   | ingress| egress   |      |            |
 *                      +---------+----------+--------+----------+------+------------+
 * </pre>
 *
 * An even epoch is the one whose counters were attributed; an odd one, e + 1, says that the
 * eviction event of epoch e was applied and nothing of e is left in the slot.
 */
final class SlotShadow {
    static final int NO_ROW = -1;
    private static final int HOT = 16;
    private static final int COLD = 40;

    private final UnsafeBuffer hot;
    private final UnsafeBuffer cold;

    SlotShadow(final int slots) {
        hot = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.multiplyExact(slots, HOT)));
        cold = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.multiplyExact(slots, COLD)));
    }

    long memoryBytes() {
        return (long) hot.capacity() + cold.capacity();
    }

    int epoch(final int slot) {
        return hot.getInt(slot * HOT);
    }

    /** All four counters as they were when the slot was last settled. */
    long sum(final int slot) {
        return hot.getLong(slot * HOT + 8);
    }

    void sum(final int slot, final long sum) {
        hot.putLong(slot * HOT + 8, sum);
    }

    int row(final int slot) {
        return hot.getInt(slot * HOT + 4);
    }

    int generation(final int slot) {
        return cold.getInt(slot * COLD + 36);
    }

    int life(final int slot) {
        return cold.getInt(slot * COLD + 32);
    }

    void owner(final int slot, final int row, final int generation, final int life) {
        hot.putInt(slot * HOT + 4, row);
        cold.putInt(slot * COLD + 32, life);
        cold.putInt(slot * COLD + 36, generation);
    }

    /** True if counters of an epoch were attributed and its end was not seen yet. */
    boolean isOpen(final int slot) {
        final int epoch = epoch(slot);
        return epoch != 0 && (epoch & 1) == 0;
    }

    /** From here on the slot is at {@code epoch}, nothing of which is attributed. */
    void begin(final int slot, final int epoch) {
        hot.putInt(slot * HOT, epoch);
        hot.putInt(slot * HOT + 4, NO_ROW);
        hot.putLong(slot * HOT + 8, 0);
        cold.setMemory(slot * COLD, COLD, (byte) 0);
    }

    /** All of {@code epoch} is attributed or given up. */
    void close(final int slot, final int epoch) {
        begin(slot, epoch + 1);
    }

    void read(final int slot, final Counts counts) {
        final int at = slot * COLD;
        counts.set(
                cold.getLong(at),
                cold.getLong(at + 8),
                cold.getLong(at + 16),
                cold.getLong(at + 24));
    }

    void write(final int slot, final Counts counts) {
        final int at = slot * COLD;
        cold.putLong(at, counts.packetsIn);
        cold.putLong(at + 8, counts.packetsOut);
        cold.putLong(at + 16, counts.bytesIn);
        cold.putLong(at + 24, counts.bytesOut);
    }
}
