package dev.weir.controller.shield;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;

/**
 * How many packets a second of one endpoint each CPU denies, counting only what the XDP program
 * would drop in TC's place.
 */
final class DeniedRate {
    private static final Reason[] DROPPED_BY_SHIELD = {
        Reason.NO_RULE, Reason.DENY_RULE, Reason.SPOOFED_ADDRESS, Reason.SPOOFED_MAC
    };

    private final CounterTable counters;
    private final int endpoint;
    private final long[] totals;
    private long lastNanos;
    private int busiest;
    private long rate;

    DeniedRate(final CounterTable counters, final int endpoint, final long nowNanos) {
        this.counters = counters;
        this.endpoint = endpoint;
        this.totals = new long[counters.cpus()];
        this.lastNanos = nowNanos;
        for (int cpu = 0; cpu < totals.length; cpu++) {
            totals[cpu] = total(cpu);
        }
    }

    /** Packets a second on the busiest CPU since the last call. */
    long update(final long nowNanos) {
        final double seconds = (nowNanos - lastNanos) / 1e9;
        if (seconds <= 0) {
            return rate;
        }
        long most = 0;
        for (int cpu = 0; cpu < totals.length; cpu++) {
            final long total = total(cpu);
            if (total - totals[cpu] > most) {
                most = total - totals[cpu];
                busiest = cpu;
            }
            totals[cpu] = total;
        }
        lastNanos = nowNanos;
        rate = (long) (most / seconds);
        return rate;
    }

    long rate() {
        return rate;
    }

    int busiestCpu() {
        return busiest;
    }

    private long total(final int cpu) {
        long sum = 0;
        for (final Reason reason : DROPPED_BY_SHIELD) {
            sum += counters.packets(cpu, endpoint, Direction.EGRESS, reason);
        }
        return sum;
    }
}
