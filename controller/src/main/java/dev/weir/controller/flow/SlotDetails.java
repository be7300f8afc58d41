package dev.weir.controller.flow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What slots gave to rows that do not count for them alone, off heap; itself the flyweight over one
 * of them.
 *
 * <pre>
 *   0         8         16        24        32    36           40     44     48
 *   +---------+---------+---------+---------+-----+------------+------+------+
 *   | packets | packets | bytes   | bytes   | row | generation | life | next |
 *   | ingress | egress  | ingress | egress  |     | of the row |      | free |
 *   +---------+---------+---------+---------+-----+------------+------+------+
 * </pre>
 */
final class SlotDetails {
    private static final int LENGTH = 48;
    private static final int ROW = 32;
    private static final int GENERATION = 36;
    private static final int LIFE = 40;
    private static final int NEXT = 44;
    private static final int CHUNK_SHIFT = 8;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int NONE = -1;

    private final List<UnsafeBuffer> chunks = new ArrayList<>();
    private int firstFree = NONE;
    private UnsafeBuffer buffer;
    private int offset;

    SlotDetails at(final int index) {
        buffer = chunks.get(index >> CHUNK_SHIFT);
        offset = (index & CHUNK - 1) * LENGTH;
        return this;
    }

    int take() {
        if (firstFree == NONE) {
            final int base = chunks.size() << CHUNK_SHIFT;
            chunks.add(new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK * LENGTH)));
            for (int i = CHUNK - 1; i >= 0; i--) {
                release(base + i);
            }
        }
        final int index = firstFree;
        at(index);
        firstFree = buffer.getInt(offset + NEXT);
        return index;
    }

    void release(final int index) {
        at(index);
        buffer.putInt(offset + NEXT, firstFree);
        firstFree = index;
    }

    int row() {
        return buffer.getInt(offset + ROW);
    }

    int generation() {
        return buffer.getInt(offset + GENERATION);
    }

    int life() {
        return buffer.getInt(offset + LIFE);
    }

    void read(final Counts counts) {
        counts.set(
                buffer.getLong(offset),
                buffer.getLong(offset + 8),
                buffer.getLong(offset + 16),
                buffer.getLong(offset + 24));
    }

    void write(final Counts counts, final int row, final int generation, final int life) {
        buffer.putLong(offset, counts.packetsIn);
        buffer.putLong(offset + 8, counts.packetsOut);
        buffer.putLong(offset + 16, counts.bytesIn);
        buffer.putLong(offset + 24, counts.bytesOut);
        buffer.putInt(offset + ROW, row);
        buffer.putInt(offset + GENERATION, generation);
        buffer.putInt(offset + LIFE, life);
    }

    long memoryBytes() {
        return (long) chunks.size() * CHUNK * LENGTH;
    }
}
