package dev.weir.controller.flow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Memory of the ledger: rows in chunks off heap, taken from the system as they are needed. In a
 * chunk the hot parts come first, a cache line each, then the cold ones.
 */
final class FlowRows {
    private static final int CHUNK_SHIFT = 11;
    private static final int CHUNK_ROWS = 1 << CHUNK_SHIFT;
    private static final int COLD = CHUNK_ROWS * FlowRow.HOT_LENGTH;

    /** Of each chunk, and of nothing else: a number that is no row's is out of bounds. */
    private long[] addresses = {};

    /** Keeps them. */
    private final List<ByteBuffer> chunks = new ArrayList<>();

    private final FlowRow cursor = new FlowRow();
    private int limit;
    private int firstFree = FlowRow.NONE;
    private int used;

    /** At most {@code limit} rows. */
    FlowRows(final int limit) {
        this.limit = limit;
    }

    int used() {
        return used;
    }

    int limit() {
        return limit;
    }

    /** Rows run below this number; some of them may be free. */
    int end() {
        return chunks.size() << CHUNK_SHIFT;
    }

    long memoryBytes() {
        return (long) chunks.size() * CHUNK_ROWS * FlowRow.LENGTH;
    }

    FlowRow wrap(final FlowRow flyweight, final int row) {
        final long chunk = addresses[row >> CHUNK_SHIFT];
        final int place = row & CHUNK_ROWS - 1;
        flyweight.hot = chunk + place * FlowRow.HOT_LENGTH;
        flyweight.cold = chunk + COLD + place * FlowRow.COLD_LENGTH;
        flyweight.row = row;
        return flyweight;
    }

    /** A row whose bytes are zero but for its generation; {@link FlowRow#NONE} if none is left. */
    int take() {
        if (used >= limit) {
            return FlowRow.NONE;
        }
        if (firstFree == FlowRow.NONE && !addChunk()) {
            return FlowRow.NONE;
        }
        final int row = firstFree;
        wrap(cursor, row);
        firstFree = cursor.getInt(FlowRow.NEXT);
        final int generation = cursor.generation();
        UnsafeApi.setMemory(cursor.hot, FlowRow.HOT_LENGTH, (byte) 0);
        UnsafeApi.setMemory(cursor.cold, FlowRow.COLD_LENGTH, (byte) 0);
        cursor.putInt(FlowRow.GENERATION, generation);
        used++;
        return row;
    }

    /** Gives a row back; whoever kept its number sees that the generation has moved on. */
    void release(final int row) {
        wrap(cursor, row);
        cursor.stage(FlowRow.FREE);
        cursor.putInt(FlowRow.GENERATION, cursor.generation() + 1);
        cursor.putInt(FlowRow.NEXT, firstFree);
        firstFree = row;
        used--;
    }

    /** False if the JVM has no more direct memory: what there is has to do. */
    private boolean addChunk() {
        final int base = end();
        try {
            final ByteBuffer chunk =
                    BufferUtil.allocateDirectAligned(
                            CHUNK_ROWS * FlowRow.LENGTH, FlowRow.HOT_LENGTH);
            addresses = Arrays.copyOf(addresses, chunks.size() + 1);
            addresses[chunks.size()] = BufferUtil.address(chunk);
            chunks.add(chunk);
        } catch (final OutOfMemoryError e) {
            if (used == 0) {
                throw e;
            }
            limit = used;
            return false;
        }
        for (int i = CHUNK_ROWS - 1; i >= 0; i--) {
            wrap(cursor, base + i).putInt(FlowRow.NEXT, firstFree);
            firstFree = base + i;
        }
        return true;
    }
}
