package dev.weir.controller.flow;

import java.util.Arrays;

/**
 * The largest of many numbers, in order. Sorts what it keeps only now and then, so that a few of
 * millions cost no more than a comparison each.
 */
final class NewestRows {
    private static final int LEAST_ROOM = 1_024;

    private final int most;
    private long[] kept = new long[LEAST_ROOM];
    private int size;
    private long least = Long.MIN_VALUE;
    private long added;

    /** At most so many are kept. */
    NewestRows(final int most) {
        this.most = most;
    }

    /** One more; all must differ. */
    void add(final long value) {
        added++;
        if (value < least) {
            return;
        }
        if (size == kept.length) {
            makeRoom();
        }
        kept[size++] = value;
    }

    private void makeRoom() {
        if (size / 2 < most) {
            kept = Arrays.copyOf(kept, 2 * size);
            return;
        }
        Arrays.sort(kept, 0, size);
        System.arraycopy(kept, size - most, kept, 0, most);
        size = most;
        least = kept[0];
    }

    /** Those that were kept, the smallest first. */
    long[] sorted() {
        Arrays.sort(kept, 0, size);
        return Arrays.copyOfRange(kept, Math.max(0, size - most), size);
    }

    /** How many were added. */
    long added() {
        return added;
    }
}
