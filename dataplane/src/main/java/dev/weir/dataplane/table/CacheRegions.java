package dev.weir.dataplane.table;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One of the per-CPU caches, a region for every CPU: memory that the kernel writes while we read.
 * One thread at a time.
 *
 * <pre>{@code
 * for (int first = 0; first < cache.slots(); first += cache.windowSlots())
 *     read(cache.window(cpu, first));
 * cache.release();
 * }</pre>
 */
public abstract class CacheRegions implements AutoCloseable {
    private final Windows windows;
    private final int cpus;
    private final int slots;
    private final int length;

    private int openCpu;
    private int openFirst;
    private int openCount;

    CacheRegions(final Windows windows, final int cpus, final int slots, final int length) {
        this.windows = windows;
        this.length = length;
        this.cpus = cpus;
        this.slots = slots;
    }

    public final int cpus() {
        return cpus;
    }

    /** Entries of one CPU. */
    public final int slots() {
        return slots;
    }

    /** Entries of a window, but of a region's last one, which may be shorter. */
    public final int windowSlots() {
        return windows.slots();
    }

    /**
     * Memory of the entries from {@code firstSlot}, a multiple of {@link #windowSlots}, on. It is
     * gone with the next call of any method.
     */
    public final AtomicBuffer window(final int cpu, final int firstSlot) {
        return open(cpu, firstSlot, Math.min(windows.slots(), slots - firstSlot));
    }

    private UnsafeBuffer open(final int cpu, final int first, final int count) {
        openCpu = cpu;
        openFirst = first;
        openCount = count;
        return windows.open(cpu, first, count);
    }

    /** Where the window is that was opened last. */
    final int openCpu() {
        return openCpu;
    }

    final int openFirst() {
        return openFirst;
    }

    final int openCount() {
        return openCount;
    }

    /**
     * Memory of what the entries of the window that was opened last have beside them, or that
     * window if they have nothing; gone with it.
     */
    public AtomicBuffer details() {
        return windows.open(openCpu, openFirst, openCount);
    }

    /** Memory of all entries of one CPU; gone with the next call of any method. */
    public final AtomicBuffer region(final int cpu) {
        return open(cpu, 0, slots);
    }

    /** Entries of a part, of which the last one may be shorter. */
    public int partSlots() {
        return slots;
    }

    /** Entries of what can be read at a time: of one part, in one window. */
    public final int pieceSlots() {
        return Math.min(partSlots(), windowSlots());
    }

    /** False if no entry of the part was ever in use. */
    boolean mayBeUsed(final int cpu, final int part) {
        return true;
    }

    /** Entries that are or were in use, by looking at each. */
    public final long used() {
        long used = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (int first = 0; first < slots; first += pieceSlots()) {
                if (mayBeUsed(cpu, first / partSlots())) {
                    used += used(cpu, first);
                }
            }
        }
        release();
        return used;
    }

    private long used(final int cpu, final int first) {
        final AtomicBuffer window = around(cpu, first);
        final int start = first % windowSlots();
        final int end = Math.min(start + pieceSlots(), window.capacity() / length);
        long used = 0;
        for (int i = start; i < end; i++) {
            used += isUsed(window, i * length) ? 1 : 0;
        }
        return used;
    }

    abstract boolean isUsed(AtomicBuffer window, int offset);

    /** Gives the last window back; without it, it stays mapped. */
    public void release() {
        windows.release();
    }

    @Override
    public final void close() {
        release();
    }

    /** The window that holds {@code slot}. */
    final UnsafeBuffer around(final int cpu, final int slot) {
        final int first = slot - slot % windows.slots();
        return open(cpu, first, Math.min(windows.slots(), slots - first));
    }
}
