package dev.weir.dataplane.table;

import dev.weir.dataplane.map.BpfMap;
import org.agrona.concurrent.AtomicBuffer;

/**
 * {@code weir_rules}: packets and bytes that each rule decided. They only grow, also when a rule's
 * number is used again: readers take differences. Any thread; no allocation.
 */
public final class RuleCounters implements AutoCloseable {
    static final int LENGTH = 16;
    private static final int BYTES_OFFSET = 8;

    private final CounterMemory memory;
    private final int rules;

    /** Over one buffer a CPU, each with {@code rules} records. */
    public RuleCounters(final AtomicBuffer[] regions, final int rules) {
        this.memory = CounterMemory.of(regions, rules, LENGTH);
        this.rules = rules;
    }

    /** Over the map, which must stay open. */
    public RuleCounters(final BpfMap map, final int cpus, final int rules) {
        this.memory = CounterMemory.of(map, cpus, rules, LENGTH);
        this.rules = rules;
    }

    /** Rule numbers run from 1 below this; rule 0 is no rule. */
    public int capacity() {
        return rules;
    }

    public long packets(final int rule) {
        return sum(rule, 0);
    }

    public long bytes(final int rule) {
        return sum(rule, BYTES_OFFSET);
    }

    private long sum(final int rule, final int offset) {
        long sum = 0;
        for (int cpu = 0; cpu < memory.cpus(); cpu++) {
            sum += memory.read(cpu, rule, offset);
        }
        return sum;
    }

    @Override
    public void close() {
        memory.close();
    }
}
