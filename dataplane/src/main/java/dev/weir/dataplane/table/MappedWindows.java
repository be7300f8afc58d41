package dev.weir.dataplane.table;

import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A map's memory, 2 MiB at a time: the kernel counts what is mapped as this process's own, and the
 * caches of many CPUs are many MiB that are looked at for milliseconds a second.
 */
final class MappedWindows implements Windows, AutoCloseable {
    private static final int WINDOW_BYTES = 2 << 20;

    private final BpfMap map;
    private final long regionSlots;
    private final int length;
    private final int slots;
    private final int page = Native.pageSize();
    private MappedMemory memory;
    private UnsafeBuffer window;
    private long openFirst;
    private int openCount;

    /**
     * Windows of {@code length} bytes an entry.
     *
     * @param windowSlots entries of one, or fewer if a region has no more
     */
    MappedWindows(
            final BpfMap map, final int regionSlots, final int length, final int windowSlots) {
        this.map = map;
        this.regionSlots = regionSlots;
        this.length = length;
        this.slots = Math.min(regionSlots, windowSlots);
    }

    /** How many entries of {@code length} bytes a window has. */
    static int slotsOf(final int length) {
        return WINDOW_BYTES / length;
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public UnsafeBuffer open(final int cpu, final int firstSlot, final int count) {
        final long first = cpu * regionSlots + firstSlot;
        if (memory == null || first != openFirst || count != openCount) {
            release();
            final long offset = first * length;
            final long start = offset / page * page;
            final int bytes = count * length;
            memory = MappedMemory.of(map, start, offset - start + bytes, true);
            window = memory.view(offset - start, bytes);
            openFirst = first;
            openCount = count;
        }
        return window;
    }

    @Override
    public void release() {
        if (memory != null) {
            final MappedMemory closing = memory;
            memory = null;
            window = null;
            closing.close();
        }
    }

    @Override
    public void close() {
        release();
    }
}
