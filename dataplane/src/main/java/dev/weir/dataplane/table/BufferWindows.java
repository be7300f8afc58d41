package dev.weir.dataplane.table;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One buffer a CPU, there all the time. */
final class BufferWindows implements Windows {
    private final UnsafeBuffer[] regions;
    private final UnsafeBuffer window = new UnsafeBuffer(0, 0);
    private final int slots;
    private final int length;

    BufferWindows(final AtomicBuffer[] regions, final int slots, final int length) {
        this.regions = Regions.views(regions, slots * length);
        this.slots = slots;
        this.length = length;
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public UnsafeBuffer open(final int cpu, final int firstSlot, final int count) {
        if (firstSlot == 0 && count == slots) {
            return regions[cpu];
        }
        window.wrap(regions[cpu], firstSlot * length, count * length);
        return window;
    }

    @Override
    public void release() {}
}
