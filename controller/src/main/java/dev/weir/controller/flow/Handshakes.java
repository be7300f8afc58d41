package dev.weir.controller.flow;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;

/** TCP handshake times of one endpoint, to two digits, from 1 microsecond to a minute. */
final class Handshakes {
    private static final long HIGHEST_MICROS = 60_000_000;
    private IntCountsHistogram total;
    private IntCountsHistogram network;
    private IntCountsHistogram container;

    void network(final long nanos) {
        if (network == null) {
            network = histogram();
        }
        record(network, nanos);
    }

    void container(final long nanos) {
        if (container == null) {
            container = histogram();
        }
        record(container, nanos);
    }

    void total(final long nanos) {
        if (total == null) {
            total = histogram();
        }
        record(total, nanos);
    }

    ContainerStats.Quantiles network() {
        return quantiles(network);
    }

    ContainerStats.Quantiles container() {
        return quantiles(container);
    }

    ContainerStats.Quantiles total() {
        return quantiles(total);
    }

    private static IntCountsHistogram histogram() {
        return new IntCountsHistogram(1, HIGHEST_MICROS, 2);
    }

    private static void record(final AbstractHistogram histogram, final long nanos) {
        histogram.recordValue(Math.min(HIGHEST_MICROS, Math.max(1, (nanos + 500) / 1_000)));
    }

    private static ContainerStats.Quantiles quantiles(final AbstractHistogram histogram) {
        if (histogram == null) {
            return null;
        }
        return new ContainerStats.Quantiles(
                histogram.getTotalCount(),
                histogram.getMinValue() * 1_000,
                histogram.getValueAtPercentile(50) * 1_000,
                histogram.getValueAtPercentile(90) * 1_000,
                histogram.getValueAtPercentile(99) * 1_000,
                histogram.getMaxValue() * 1_000);
    }
}
