package dev.weir.controller.flow;

import dev.weir.dataplane.layout.InsightView;
import java.util.function.IntToLongFunction;

/** Quantiles of round trips from the datapath's buckets: half octaves, then octaves. */
final class RttBuckets {
    private RttBuckets() {}

    /** Null while there is no sample. {@code sum} is in units of 256 ns, as the datapath has it. */
    static FlowRecord.Rtt rtt(
            final long samples, final long min, final long sum, final IntToLongFunction bucket) {
        if (samples == 0) {
            return null;
        }
        long counted = 0;
        for (int i = 0; i < InsightView.BUCKETS; i++) {
            counted += bucket.applyAsLong(i);
        }
        return new FlowRecord.Rtt(
                samples,
                min,
                Math.max(min, (sum << 8) / samples),
                Math.max(min, quantile(0.50, counted, bucket)),
                Math.max(min, quantile(0.90, counted, bucket)),
                Math.max(min, quantile(0.99, counted, bucket)));
    }

    /** Linear within its bucket; in the last one, which has no end, its lower edge. */
    private static long quantile(
            final double part, final long counted, final IntToLongFunction bucket) {
        final double rank = part * counted;
        double below = 0;
        for (int i = 0; i < InsightView.BUCKETS - 1; i++) {
            final long count = bucket.applyAsLong(i);
            if (count > 0 && below + count >= rank) {
                final long floor = InsightView.bucketFloorNanos(i);
                final long width = InsightView.bucketFloorNanos(i + 1) - floor;
                return floor + (long) (width * ((rank - below) / count));
            }
            below += count;
        }
        return InsightView.bucketFloorNanos(InsightView.BUCKETS - 1);
    }
}
