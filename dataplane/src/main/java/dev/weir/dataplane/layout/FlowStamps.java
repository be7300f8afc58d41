package dev.weir.dataplane.layout;

/**
 * {@code struct weir_flow_stamps}: a CPU's flow cache in parts, each with the jiffies when an entry
 * of it was last written to.
 */
public final class FlowStamps {
    /** {@code WEIR_FLOW_PARTS}; a cache of fewer buckets has one part a bucket. */
    public static final int PARTS = 64;

    public static final int WRITTEN_OFFSET = 0;
    public static final int LENGTH = PARTS * Integer.BYTES;

    private FlowStamps() {}

    /** {@code weir_flow_part_shift}: a bucket's number, shifted, is that of its part. */
    public static int shift(final int buckets) {
        final int bits = Integer.SIZE - Integer.numberOfLeadingZeros(buckets - 1);
        return Math.max(0, bits - Integer.numberOfTrailingZeros(PARTS));
    }
}
