package dev.weir.dataplane.table;

import org.agrona.concurrent.UnsafeBuffer;

/** Where the entries of a per-CPU cache are read: memory of our own, or a map's, part by part. */
interface Windows {
    /** Entries of a window at most. */
    int slots();

    /** The memory of {@code count} entries; it stands until the next call or {@link #release}. */
    UnsafeBuffer open(int cpu, int firstSlot, int count);

    /** Gives up the window. */
    void release();
}
