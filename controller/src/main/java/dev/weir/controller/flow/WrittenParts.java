package dev.weir.controller.flow;

import dev.weir.dataplane.table.FlowRegions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The parts of the flow cache that were written to since they were read last. A stamp comes with
 * the first packet of a flow in a jiffy, others of that jiffy may be counted after it was seen: so
 * a part is due until it was read a while after its stamp was seen to change. Should a CPU have
 * stood still for longer between a stamp and its counts, the next reading of all parts finds them.
 */
final class WrittenParts implements DueParts {
    /** Longer than a jiffy and what may interrupt a program. */
    static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    static final long ALL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final FlowRegions cache;
    private final LongSupplier nanoTime;
    private final int partsOfCpu;
    private final int[] stamps;
    private final long[] changed;
    private final boolean[] settled;
    private boolean all;
    private long nextAll;
    private long now;

    WrittenParts(final FlowRegions cache, final LongSupplier nanoTime) {
        this.cache = cache;
        this.nanoTime = nanoTime;
        this.partsOfCpu = (cache.slots() + cache.partSlots() - 1) / cache.partSlots();
        this.stamps = new int[Math.multiplyExact(cache.cpus(), partsOfCpu)];
        this.changed = new long[stamps.length];
        this.settled = new boolean[stamps.length];
        this.nextAll = nanoTime.getAsLong();
        Arrays.fill(changed, nextAll); // nobody knows, so all are due
    }

    @Override
    public void start() {
        now = nanoTime.getAsLong();
        all = now - nextAll >= 0;
        if (all) {
            nextAll = now + ALL_NANOS;
        }
    }

    @Override
    public boolean isDue(final int cpu, final int part) {
        final int i = cpu * partsOfCpu + part;
        final int stamp = cache.written(cpu, part);
        if (stamp != stamps[i]) {
            stamps[i] = stamp;
            changed[i] = now;
            settled[i] = false;
            return true;
        }
        if (settled[i]) {
            return all;
        }
        settled[i] = now - changed[i] >= SETTLED_NANOS;
        return true;
    }
}
