package dev.weir.dataplane.table;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@code weir_rules}: packets and bytes that each rule decided. They only grow, also when a rule's
 * number is used again: readers take differences. Any thread; no allocation.
 */
public final class RuleCounters {
    static final int LENGTH = 16;
    private static final int BYTES_OFFSET = 8;

    private final UnsafeBuffer[] regions;
    private final int rules;

    /** Over one buffer a CPU, each with {@code rules} records. */
    public RuleCounters(final AtomicBuffer[] regions, final int rules) {
        this.regions = Regions.views(regions, rules * LENGTH);
        this.rules = rules;
    }

    /** Rule numbers run from 1 below this; rule 0 is no rule. */
    public int capacity() {
        return rules;
    }

    public long packets(final int rule) {
        return sum(rule * LENGTH);
    }

    public long bytes(final int rule) {
        return sum(rule * LENGTH + BYTES_OFFSET);
    }

    private long sum(final int offset) {
        long sum = 0;
        for (final UnsafeBuffer region : regions) {
            sum += region.getLongVolatile(offset);
        }
        return sum;
    }
}
