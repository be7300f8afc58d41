package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.DeniedEntry;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@code weir_denied}: the cache of denied traffic of every CPU, as mapped memory that the kernel
 * writes while we read.
 *
 * <pre>{@code
 * for (int cpu = 0; cpu < denied.cpus(); cpu++)
 *     for (int slot = 0; slot < denied.slots(); slot++)
 *         if (denied.read(cpu, slot, entry)) ...
 * }</pre>
 */
public final class DeniedRegions {
    private final UnsafeBuffer[] regions;
    private final DeniedEntry place = new DeniedEntry();
    private final int slots;

    /** Over one buffer a CPU, each with {@code slots} entries. */
    public DeniedRegions(final AtomicBuffer[] regions, final int slots) {
        this.regions = Regions.views(regions, slots * DeniedEntry.LENGTH);
        this.slots = slots;
    }

    public int cpus() {
        return regions.length;
    }

    /** Entries of one CPU. */
    public int slots() {
        return slots;
    }

    /** Moves {@code entry} over the memory itself: cheap, and changing underneath. */
    public DeniedEntry at(final int cpu, final int slot, final DeniedEntry entry) {
        return entry.wrap(regions[cpu], slot * DeniedEntry.LENGTH);
    }

    /**
     * Copies one entry into {@code copy}, which must be a flyweight that was never wrapped or that
     * owns its bytes. One thread at a time.
     *
     * @return false when the slot is unused or changes hands right now
     */
    public boolean read(final int cpu, final int slot, final DeniedEntry copy) {
        return place.wrap(regions[cpu], slot * DeniedEntry.LENGTH).copyTo(copy);
    }

    /** Memory of one CPU. */
    public AtomicBuffer region(final int cpu) {
        return regions[cpu];
    }
}
