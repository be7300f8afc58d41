package dev.weir.controller.flow;

import dev.weir.dataplane.layout.FlowKeyView;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/** Open-addressing table from a flow's 40-byte key to its row; linear probing, no tombstones. */
final class FlowIndex {
    private static final int EMPTY = -1;

    private final FlowRows rows;
    private final FlowRow probe = new FlowRow();
    private int[] slots = new int[1024];
    private int size;

    FlowIndex(final FlowRows rows) {
        this.rows = rows;
        Arrays.fill(slots, EMPTY);
    }

    long memoryBytes() {
        return 4L * slots.length;
    }

    /** The row with the key at {@code offset}; {@link FlowRow#NONE} if there is none. */
    int find(final DirectBuffer key, final int offset) {
        final long wanted = OffHeap.address(key, offset, FlowKeyView.LENGTH);
        final int mask = slots.length - 1;
        for (int at = hash(wanted) & mask; slots[at] != EMPTY; at = at + 1 & mask) {
            rows.wrap(probe, slots[at]);
            if (equal(probe.cold, wanted)) {
                return slots[at];
            }
        }
        return FlowRow.NONE;
    }

    /** Adds a row whose key is not in the table. */
    void add(final int row) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        insert(row);
        size++;
    }

    /** Removes a row that is in the table. */
    void remove(final int row) {
        final int mask = slots.length - 1;
        rows.wrap(probe, row);
        int at = hash(probe.cold) & mask;
        while (slots[at] != row) {
            at = at + 1 & mask;
        }
        size--;
        closeGap(at, mask);
    }

    /** Moves later members of the probe sequence up, so that none becomes unreachable. */
    private void closeGap(final int hole, final int mask) {
        int gap = hole;
        for (int at = gap + 1 & mask; slots[at] != EMPTY; at = at + 1 & mask) {
            rows.wrap(probe, slots[at]);
            final int home = hash(probe.cold) & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                slots[gap] = slots[at];
                gap = at;
            }
        }
        slots[gap] = EMPTY;
    }

    private void insert(final int row) {
        final int mask = slots.length - 1;
        rows.wrap(probe, row);
        int at = hash(probe.cold) & mask;
        while (slots[at] != EMPTY) {
            at = at + 1 & mask;
        }
        slots[at] = row;
    }

    private void grow() {
        final int[] old = slots;
        slots = new int[old.length * 2];
        Arrays.fill(slots, EMPTY);
        for (final int row : old) {
            if (row != EMPTY) {
                insert(row);
            }
        }
    }

    private static boolean equal(final long a, final long b) {
        for (int i = 0; i < FlowKeyView.LENGTH; i += 8) {
            if (UnsafeApi.getLong(a + i) != UnsafeApi.getLong(b + i)) {
                return false;
            }
        }
        return true;
    }

    /** Multiply and fold each word in turn: addresses differ in few bits. */
    private static int hash(final long key) {
        long hash = 0x9E37_79B9_7F4A_7C15L;
        for (int i = 0; i < FlowKeyView.LENGTH; i += 8) {
            hash = (hash ^ UnsafeApi.getLong(key + i)) * 0xBF58_476D_1CE4_E5B9L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }
}
