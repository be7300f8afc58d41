package dev.weir.controller.dns;

import org.HdrHistogram.IntCountsHistogram;

/** Times from query to answer, to two digits, from 1 microsecond to ten seconds. */
final class DnsLatency {
    private static final long HIGHEST_MICROS = 10_000_000;

    private IntCountsHistogram histogram;
    private long sum;

    void record(final long nanos) {
        if (histogram == null) {
            histogram = new IntCountsHistogram(1, HIGHEST_MICROS, 2);
        }
        final long known = Math.max(0, nanos);
        sum += known;
        histogram.recordValue(Math.min(HIGHEST_MICROS, Math.max(1, (known + 500) / 1_000)));
    }

    /** Null before the first. */
    DnsFigures.Latency figures() {
        if (histogram == null) {
            return null;
        }
        return new DnsFigures.Latency(
                histogram.getTotalCount(),
                sum,
                histogram.getMinValue() * 1_000,
                histogram.getValueAtPercentile(50) * 1_000,
                histogram.getValueAtPercentile(90) * 1_000,
                histogram.getValueAtPercentile(99) * 1_000,
                histogram.getMaxValue() * 1_000);
    }
}
