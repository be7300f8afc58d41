package dev.weir.controller.flow;

import dev.weir.dataplane.clock.KernelClock;
import java.time.Instant;

/** 64-bit jiffies, which the ledger keeps, and wall-clock time. */
final class FlowTime {
    private static final long NANOS = 1_000_000_000L;

    private final KernelClock clock;
    /* One turn ahead, so that nothing the kernel remembers lies before zero. */
    private long jiffies;

    FlowTime(final KernelClock clock) {
        this.clock = clock;
        this.jiffies = (1L << 32) + (clock.now() & 0xFFFF_FFFFL);
    }

    /** Now; does not go back. */
    long now() {
        jiffies += Math.max(0, clock.now() - (int) jiffies);
        return jiffies;
    }

    Instant instant(final long time) {
        final long nanos =
                clock.wallNanos((int) jiffies)
                        - (jiffies - time) * (NANOS / 100) / clock.hz() * 100;
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    /** CLOCK_MONOTONIC, to some jiffies. */
    long monotonicNanos(final long time) {
        return System.nanoTime() - (now() - time) * (NANOS / 100) / clock.hz() * 100;
    }

    int jiffies(final long millis) {
        return clock.jiffies(millis);
    }

    void refresh() {
        clock.refresh();
    }
}
