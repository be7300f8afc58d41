package dev.weir.dataplane.table;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Per-CPU parts of an array map. */
final class Regions {
    private Regions() {}

    /** A view of each buffer that has been checked to hold {@code length} bytes. */
    static UnsafeBuffer[] views(final AtomicBuffer[] regions, final int length) {
        final UnsafeBuffer[] views = new UnsafeBuffer[regions.length];
        for (int cpu = 0; cpu < regions.length; cpu++) {
            if (regions[cpu].capacity() < length) {
                throw new IllegalArgumentException(
                        "region "
                                + cpu
                                + ": "
                                + regions[cpu].capacity()
                                + " bytes (expected: "
                                + length
                                + ")");
            }
            views[cpu] = new UnsafeBuffer(regions[cpu], 0, length);
        }
        return views;
    }
}
