package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.map.BpfMap;
import org.agrona.concurrent.AtomicBuffer;

/** {@code weir_flows}: the flow cache of every CPU. */
public final class FlowRegions extends CacheRegions {
    private final FlowEntry place = new FlowEntry();

    /** Over one buffer a CPU, each with {@code slots} entries. */
    public FlowRegions(final AtomicBuffer[] regions, final int slots) {
        super(regions, slots, FlowEntry.LENGTH);
    }

    /** Over the map, which must stay open. */
    public FlowRegions(final BpfMap map, final int cpus, final int slots) {
        super(map, cpus, slots, FlowEntry.LENGTH);
    }

    /**
     * Copies one entry into {@code copy}, which must be a flyweight that was never wrapped or that
     * owns its bytes.
     *
     * @return false when the slot is unused or changes hands right now
     */
    public boolean read(final int cpu, final int slot, final FlowEntry copy) {
        return copy.copy(around(cpu, slot), at(slot % windowSlots()));
    }

    @Override
    int at(final int slot) {
        return FlowEntry.at(slot);
    }

    @Override
    boolean isUsed(final AtomicBuffer window, final int offset) {
        return place.wrap(window, offset).endpoint() != 0;
    }
}
