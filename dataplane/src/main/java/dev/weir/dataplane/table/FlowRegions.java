package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowEntry;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@code weir_flows}: the flow cache of every CPU, as mapped memory that the kernel writes while we
 * read.
 *
 * <pre>{@code
 * for (int cpu = 0; cpu < flows.cpus(); cpu++)
 *     for (int slot = 0; slot < flows.slots(); slot++)
 *         if (flows.read(cpu, slot, entry)) ...
 * }</pre>
 */
public final class FlowRegions {
    private final UnsafeBuffer[] regions;
    private final FlowEntry place = new FlowEntry();
    private final int slots;

    /** Over one buffer a CPU, each with {@code slots} entries. */
    public FlowRegions(final AtomicBuffer[] regions, final int slots) {
        this.regions = Regions.views(regions, slots * FlowEntry.LENGTH);
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
    public FlowEntry at(final int cpu, final int slot, final FlowEntry entry) {
        return entry.wrap(regions[cpu], slot * FlowEntry.LENGTH);
    }

    /**
     * Copies one flow into {@code copy}, which must be a flyweight that was never wrapped or that
     * owns its bytes. One thread at a time.
     *
     * @return false when the slot is unused or changes hands right now
     */
    public boolean read(final int cpu, final int slot, final FlowEntry copy) {
        return place.wrap(regions[cpu], slot * FlowEntry.LENGTH).copyTo(copy);
    }

    /** Memory of one CPU. */
    public AtomicBuffer region(final int cpu) {
        return regions[cpu];
    }
}
