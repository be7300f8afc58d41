package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.map.BpfMap;
import org.agrona.concurrent.AtomicBuffer;

/** {@code weir_denied}: the cache of denied traffic of every CPU. */
public final class DeniedRegions extends CacheRegions {
    private final DeniedEntry place = new DeniedEntry();

    /** Over one buffer a CPU, each with {@code slots} entries. */
    public DeniedRegions(final AtomicBuffer[] regions, final int slots) {
        super(
                new BufferWindows(regions, slots, DeniedEntry.LENGTH),
                regions.length,
                slots,
                DeniedEntry.LENGTH);
    }

    /** Over the map, which must stay open. */
    public DeniedRegions(final BpfMap map, final int cpus, final int slots) {
        super(
                new MappedWindows(
                        map, slots, DeniedEntry.LENGTH, MappedWindows.slotsOf(DeniedEntry.LENGTH)),
                cpus,
                slots,
                DeniedEntry.LENGTH);
    }

    /**
     * Copies one entry into {@code copy}, which must be a flyweight that was never wrapped or that
     * owns its bytes.
     *
     * @return false when the slot is unused or changes hands right now
     */
    public boolean read(final int cpu, final int slot, final DeniedEntry copy) {
        return copy.copy(around(cpu, slot), slot % windowSlots() * DeniedEntry.LENGTH);
    }

    @Override
    boolean isUsed(final AtomicBuffer window, final int offset) {
        return place.wrap(window, offset).endpoint() != 0;
    }
}
