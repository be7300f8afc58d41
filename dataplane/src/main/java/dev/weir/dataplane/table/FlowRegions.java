package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.map.BpfMap;
import org.agrona.concurrent.AtomicBuffer;

/**
 * {@code weir_flows} and {@code weir_flow_details}: the flow cache of every CPU. Windows are of
 * entries; the details of one are mapped when somebody asks for them.
 */
public final class FlowRegions extends CacheRegions {
    private final Windows details;

    /** Over two buffers a CPU, each with {@code slots} entries. */
    public FlowRegions(
            final AtomicBuffer[] entries, final AtomicBuffer[] details, final int slots) {
        super(
                new BufferWindows(entries, slots, FlowEntry.ENTRY_LENGTH),
                entries.length,
                slots,
                FlowEntry.ENTRY_LENGTH);
        this.details = new BufferWindows(details, slots, FlowEntry.DETAIL_LENGTH);
    }

    /** Over the maps, which must stay open. */
    public FlowRegions(
            final BpfMap entries, final BpfMap details, final int cpus, final int slots) {
        super(windows(entries, slots, FlowEntry.ENTRY_LENGTH), cpus, slots, FlowEntry.ENTRY_LENGTH);
        this.details = windows(details, slots, FlowEntry.DETAIL_LENGTH);
    }

    private static Windows windows(final BpfMap map, final int slots, final int length) {
        return new MappedWindows(map, slots, length, MappedWindows.slotsOf(FlowEntry.LENGTH));
    }

    @Override
    public AtomicBuffer details() {
        return details.open(openCpu(), openFirst(), openCount());
    }

    /**
     * Copies one entry into {@code copy}, which must be a flyweight that was never wrapped or that
     * owns its bytes.
     *
     * @return false when the slot is unused or changes hands right now
     */
    public boolean read(final int cpu, final int slot, final FlowEntry copy) {
        return copy.copy(around(cpu, slot), details(), slot % windowSlots());
    }

    @Override
    boolean isUsed(final AtomicBuffer window, final int offset) {
        return (window.getShort(offset + FlowEntry.ENDPOINT_OFFSET) & 0xFFFF) != 0;
    }

    @Override
    public void release() {
        super.release();
        details.release();
    }
}
