package dev.weir.dataplane.layout;

import org.agrona.DirectBuffer;

/**
 * Flyweight over {@code struct weir_insight}. Counters only grow and wrap at their width: read
 * differences. Directions as seen from the container.
 */
public final class InsightView {
    public static final int LENGTH = 108;

    /** {@code WEIR_RTT_BUCKETS}. */
    public static final int BUCKETS = 24;

    static final int GAP_START_OFFSET = 0;
    static final int GAP_END_OFFSET = 8;
    static final int RETRANSMITTED_PACKETS_OFFSET = 16;
    static final int RETRANSMITTED_BYTES_OFFSET = 24;
    static final int OUT_OF_ORDER_OFFSET = 32;
    static final int ZERO_WINDOWS_OFFSET = 40;
    static final int RTT_MIN_OFFSET = 44;
    static final int RTT_COUNT_OFFSET = 48;
    static final int RTT_SUM_OFFSET = 52;
    static final int ZERO_OFFSET = 56;
    static final int RTT_HISTOGRAM_OFFSET = 60;

    private static final int FIRST_LOG = 14;
    private static final int HALF_OCTAVES = 16;
    private static final int OCTAVES_LOG = 22;

    private final DirectBuffer buffer;
    private final int base;

    /** A view of {@code buffer}, wherever that is wrapped. */
    public InsightView(final DirectBuffer buffer, final int base) {
        this.buffer = buffer;
        this.base = base;
    }

    /** Packets with data that was seen before; 32 bits. */
    public int retransmittedPackets(final Direction direction) {
        return buffer.getInt(base + RETRANSMITTED_PACKETS_OFFSET + 4 * direction.ordinal());
    }

    /** Bytes of such data; 32 bits. */
    public int retransmittedBytes(final Direction direction) {
        return buffer.getInt(base + RETRANSMITTED_BYTES_OFFSET + 4 * direction.ordinal());
    }

    /** Packets that filled a gap: late, or lost on the way here and sent again; 32 bits. */
    public int outOfOrder(final Direction direction) {
        return buffer.getInt(base + OUT_OF_ORDER_OFFSET + 4 * direction.ordinal());
    }

    /** Packets that offered no window; 16 bits. */
    public int zeroWindows(final Direction direction) {
        return buffer.getShort(base + ZERO_WINDOWS_OFFSET + 2 * direction.ordinal()) & 0xFFFF;
    }

    /** Shortest round trip, 0 = none was measured. */
    public long rttMinNanos() {
        return buffer.getInt(base + RTT_MIN_OFFSET) & 0xFFFF_FFFFL;
    }

    /** Round trips measured; 32 bits. */
    public int rttCount() {
        return buffer.getInt(base + RTT_COUNT_OFFSET);
    }

    /** Their sum in units of 256 ns; 32 bits. */
    public int rttSum() {
        return buffer.getInt(base + RTT_SUM_OFFSET);
    }

    /** Round trips in a bucket; 16 bits. */
    public int rttBucket(final int bucket) {
        return buffer.getShort(base + RTT_HISTOGRAM_OFFSET + 2 * bucket) & 0xFFFF;
    }

    /** {@code rtt_bucket()} of bpf/common/insight.h: where a round trip is counted. */
    public static int bucketOf(final long nanos) {
        int bucket = BUCKETS - 1;
        while (nanos < bucketFloorNanos(bucket)) {
            bucket--;
        }
        return bucket;
    }

    /** Lower edge of a bucket in nanoseconds; that of {@link #BUCKETS} has no end. */
    public static long bucketFloorNanos(final int bucket) {
        if (bucket == 0) {
            return 0;
        }
        if (bucket <= HALF_OCTAVES) {
            final long octave = 1L << FIRST_LOG + (bucket - 1) / 2;
            return (bucket & 1) == 1 ? octave : octave + octave / 2;
        }
        return 1L << OCTAVES_LOG + bucket - HALF_OCTAVES - 1;
    }
}
