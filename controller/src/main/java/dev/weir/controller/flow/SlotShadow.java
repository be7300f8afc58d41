package dev.weir.controller.flow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * What the sweep last saw in each slot of a cache, off heap, taken from the system as slots come
 * into use.
 *
 * <pre>
 *  per slot            0       4       8         16
 *                      +-------+-------+----------+
 *                      | epoch | owner |   sum    |
 *                      +-------+-------+----------+
 * </pre>
 *
 * An even epoch is the one whose counters were attributed; an odd one, e + 1, says that the
 * eviction event of epoch e was applied and nothing of e is left in the slot.
 *
 * <p>A slot is a row's only one ("solo") while all that the row counts came from the slot's present
 * epoch: then the row's counters are what was attributed, and nothing more is kept. This is so for
 * every flow that stays on one CPU. Else {@link SlotDetails} has what was attributed.
 */
final class SlotShadow {
    private static final int LENGTH = 16;
    private static final int OWNER = 4;
    private static final int SUM = 8;
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK_SLOTS = 1 << CHUNK_SHIFT;

    /** Stands for every chunk no slot of which was ever in use; never written. */
    private static final ByteBuffer UNUSED = memory();

    private static final long NOT_USED = BufferUtil.address(UNUSED);

    /** Of each chunk. */
    private final long[] addresses;

    /** Keeps them. */
    private final List<ByteBuffer> chunks = new ArrayList<>();

    private final SlotDetails details = new SlotDetails();

    SlotShadow(final int slots) {
        addresses = new long[(slots + CHUNK_SLOTS - 1) >> CHUNK_SHIFT];
        Arrays.fill(addresses, NOT_USED);
    }

    private static ByteBuffer memory() {
        return BufferUtil.allocateDirectAligned(CHUNK_SLOTS * LENGTH, 64);
    }

    private long at(final int slot) {
        return addresses[slot >> CHUNK_SHIFT] + (slot & CHUNK_SLOTS - 1) * LENGTH;
    }

    private long atToWrite(final int slot) {
        final int chunk = slot >> CHUNK_SHIFT;
        if (addresses[chunk] == NOT_USED) {
            final ByteBuffer memory = memory();
            chunks.add(memory);
            addresses[chunk] = BufferUtil.address(memory);
        }
        return at(slot);
    }

    long memoryBytes() {
        return (long) chunks.size() * CHUNK_SLOTS * LENGTH + details.memoryBytes();
    }

    int epoch(final int slot) {
        return UnsafeApi.getInt(at(slot));
    }

    /** All four counters as they were when the slot was last settled. */
    long sum(final int slot) {
        return UnsafeApi.getLong(at(slot) + SUM);
    }

    void sum(final int slot, final long sum) {
        UnsafeApi.putLong(atToWrite(slot) + SUM, sum);
    }

    /** True if counters of an epoch were attributed and its end was not seen yet. */
    boolean isOpen(final int slot) {
        final int epoch = epoch(slot);
        return epoch != 0 && (epoch & 1) == 0;
    }

    /** 0: nobody, n: row n - 1 whose only slot this is, -n: detail n - 1. */
    private int owner(final int slot) {
        return UnsafeApi.getInt(at(slot) + OWNER);
    }

    /** The row whose only slot this is; {@link FlowRow#NONE} if there is none. */
    int soloRow(final int slot) {
        return Math.max(owner(slot), 0) - 1;
    }

    /** What the slot gave to a row that others gave to as well; null if it has none such. */
    SlotDetails detail(final int slot) {
        final int owner = owner(slot);
        return owner < 0 ? details.at(-owner - 1) : null;
    }

    /** From here on the slot is the only one of {@code row}. */
    void solo(final int slot, final int row) {
        freeDetail(slot);
        UnsafeApi.putInt(atToWrite(slot) + OWNER, row + 1);
    }

    /** From here on the slot is one of several of its row; the caller fills the detail. */
    SlotDetails share(final int slot) {
        if (owner(slot) >= 0) {
            UnsafeApi.putInt(atToWrite(slot) + OWNER, -details.take() - 1);
        }
        return detail(slot);
    }

    /** From here on the slot is at {@code epoch}, nothing of which is attributed. */
    void begin(final int slot, final int epoch) {
        freeDetail(slot);
        final long at = atToWrite(slot);
        UnsafeApi.putInt(at, epoch);
        UnsafeApi.putInt(at + OWNER, 0);
        UnsafeApi.putLong(at + SUM, 0);
    }

    private void freeDetail(final int slot) {
        final int owner = owner(slot);
        if (owner < 0) {
            details.release(-owner - 1);
        }
    }
}
