package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowStamps;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Regions over memory of our own; tests write the bytes through {@code region(cpu)}. */
public final class InMemoryRegions {
    private InMemoryRegions() {}

    public static FlowRegions flows(final int cpus, final int slots) {
        return new FlowRegions(
                memory(cpus, slots * FlowEntry.ENTRY_LENGTH),
                memory(cpus, slots * FlowEntry.DETAIL_LENGTH),
                new UnsafeBuffer(new byte[cpus * FlowStamps.LENGTH]),
                slots);
    }

    public static DeniedRegions denied(final int cpus, final int slots) {
        return new DeniedRegions(memory(cpus, slots * DeniedEntry.LENGTH), slots);
    }

    /** Memory for a {@link CounterTable} or {@link RuleCounters}: one buffer a CPU. */
    public static AtomicBuffer[] memory(final int cpus, final int bytes) {
        final AtomicBuffer[] memory = new AtomicBuffer[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            memory[cpu] = new UnsafeBuffer(new byte[bytes]);
        }
        return memory;
    }

    public static CounterTable counters(final int cpus, final int endpoints) {
        return new CounterTable(memory(cpus, endpoints * EndpointCounters.LENGTH), endpoints);
    }

    public static RuleCounters rules(final int cpus, final int rules) {
        return new RuleCounters(memory(cpus, rules * RuleCounters.LENGTH), rules);
    }
}
