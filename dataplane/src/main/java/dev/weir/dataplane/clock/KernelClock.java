package dev.weir.dataplane.clock;

import java.util.function.Supplier;

/**
 * Turns the low 32 bits of jiffies, which stamp every entry of the tables, into wall-clock time.
 *
 * <p>Exact to a jiffy. Thread-safe; allocates nothing but in {@link #refresh}.
 */
public final class KernelClock {
    private static final int[] KNOWN_HZ = {100, 250, 300, 1000};
    private static final long NANOS = 1_000_000_000L;

    private final int hz;
    private final Supplier<Sample> source;
    private volatile Anchor anchor;

    /**
     * One reading of the kernel's clocks.
     *
     * @param jiffies all 64 bits
     * @param monotonicNanos CLOCK_MONOTONIC at the same moment, the clock of System.nanoTime()
     */
    public record Sample(long jiffies, long monotonicNanos) {}

    private record Anchor(Sample sample, long wallNanos) {}

    /**
     * A clock of {@code hz} jiffies a second.
     *
     * @param hz as {@link #measure} finds it
     * @param source of samples; called once here and at each {@link #refresh}
     */
    public KernelClock(final int hz, final Supplier<Sample> source) {
        this.hz = hz;
        this.source = source;
        refresh();
    }

    /**
     * The kernel's HZ from two samples, rounded to one of the four that Linux can be built with.
     */
    public static int measure(final Sample first, final Sample second) {
        final long nanos = second.monotonicNanos() - first.monotonicNanos();
        if (nanos <= 0) {
            throw new IllegalArgumentException(
                    "samples: " + nanos + " ns apart (expected: the second later)");
        }
        final double measured = (second.jiffies() - first.jiffies()) * (double) NANOS / nanos;
        int best = KNOWN_HZ[0];
        for (final int candidate : KNOWN_HZ) {
            if (Math.abs(Math.log(candidate / measured)) < Math.abs(Math.log(best / measured))) {
                best = candidate;
            }
        }
        return best;
    }

    /** Takes a new sample: call it every few minutes, for the wall clock may be set. */
    public void refresh() {
        final Sample sample = source.get();
        final long wall = System.currentTimeMillis() * 1_000_000L;
        anchor = new Anchor(sample, wall - (System.nanoTime() - sample.monotonicNanos()));
    }

    /** Jiffies a second. */
    public int hz() {
        return hz;
    }

    /** The low 32 bits of jiffies now, without asking the kernel. */
    public int now() {
        return (int) longNow();
    }

    /** All 64 bits of jiffies now, without asking the kernel. */
    public long longNow() {
        final Sample sample = anchor.sample;
        return sample.jiffies()
                + Math.floorDiv(
                        (System.nanoTime() - sample.monotonicNanos()) / 1_000 * hz, 1_000_000);
    }

    /** Nanoseconds since 1970 of the low 32 bits of jiffies that are within 2^31 of now. */
    public long wallNanos(final int jiffies) {
        final Anchor current = anchor;
        return current.wallNanos
                + (long) (jiffies - (int) current.sample.jiffies()) * (NANOS / 100) / hz * 100;
    }

    /** A duration in jiffies, rounded up. */
    public int jiffies(final long millis) {
        return (int) Math.min(Integer.MAX_VALUE, (millis * hz + 999) / 1000);
    }

    /** A number of jiffies as milliseconds. */
    public long millis(final int jiffies) {
        return (jiffies & 0xFFFF_FFFFL) * 1000 / hz;
    }
}
