package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.map.BpfMap;
import org.agrona.concurrent.AtomicBuffer;

/**
 * {@code weir_flows}, {@code weir_flow_details} and {@code weir_flow_stamps}: the flow cache of
 * every CPU. Windows are of entries; the details of one are mapped when somebody asks for them.
 */
public final class FlowRegions extends CacheRegions {
    private final Windows details;
    private final Windows stamps;
    private final int partSlots;

    /**
     * Over buffers of our own.
     *
     * @param entries one a CPU, as are {@code details}, each for {@code slots} of them
     * @param stamps one for all CPUs, {@link FlowStamps#LENGTH} each
     */
    public FlowRegions(
            final AtomicBuffer[] entries,
            final AtomicBuffer[] details,
            final AtomicBuffer stamps,
            final int slots) {
        this(
                new BufferWindows(entries, slots, FlowEntry.ENTRY_LENGTH),
                new BufferWindows(details, slots, FlowEntry.DETAIL_LENGTH),
                new BufferWindows(new AtomicBuffer[] {stamps}, entries.length, FlowStamps.LENGTH),
                entries.length,
                slots);
    }

    /** Over the maps, which must stay open. */
    public FlowRegions(
            final BpfMap entries,
            final BpfMap details,
            final BpfMap stamps,
            final int cpus,
            final int slots) {
        this(
                windows(entries, slots, FlowEntry.ENTRY_LENGTH),
                windows(details, slots, FlowEntry.DETAIL_LENGTH),
                new MappedWindows(stamps, cpus, FlowStamps.LENGTH, cpus),
                cpus,
                slots);
    }

    private FlowRegions(
            final Windows entries,
            final Windows details,
            final Windows stamps,
            final int cpus,
            final int slots) {
        super(entries, cpus, slots, FlowEntry.ENTRY_LENGTH);
        this.details = details;
        this.stamps = stamps;
        final int buckets = (slots + TableSpec.WAYS - 1) / TableSpec.WAYS;
        this.partSlots = TableSpec.WAYS << FlowStamps.shift(buckets);
    }

    private static Windows windows(final BpfMap map, final int slots, final int length) {
        return new MappedWindows(map, slots, length, MappedWindows.slotsOf(FlowEntry.LENGTH));
    }

    @Override
    public int partSlots() {
        return partSlots;
    }

    /**
     * Jiffies when an entry of a part was last written to; 0: never. What is counted in the same
     * jiffy may come after it.
     */
    public int written(final int cpu, final int part) {
        final int at = cpu * FlowStamps.LENGTH + part * Integer.BYTES;
        return stamps.open(0, 0, cpus()).getIntVolatile(at + FlowStamps.WRITTEN_OFFSET);
    }

    @Override
    boolean mayBeUsed(final int cpu, final int part) {
        return written(cpu, part) != 0;
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
        stamps.release();
    }
}
