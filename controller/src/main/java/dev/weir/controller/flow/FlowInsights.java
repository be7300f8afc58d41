package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.InsightView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the datapath learned of TCP, by row of the ledger, and what each cache entry had counted
 * when it was last seen. Off heap, in chunks that are made when the first flow of one needs it:
 * traffic without TCP data costs nothing. One thread at a time.
 *
 * <pre>
 *  row    0            4       8       12  16       24          32       40      48          64      112
 *         +------------+-------+-------+---+--------+-----------+--------+-------+-----------+-------+
 *         | generation | rttMin| rttCnt| 0 | rttSum | resent[2] | ooo[2] | zw[2] | bytes[2]  | hist  |
 *         +------------+-------+-------+---+--------+-----------+--------+-------+-----------+-------+
 *  slot   0            4                96
 *         +------------+----------------+
 *         | epoch      | insight from 16|
 *         +------------+----------------+
 * </pre>
 */
final class FlowInsights {
    private static final int ROW = 112;
    private static final int SLOT = 96;
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private static final int RTT_MIN = 4;
    private static final int RTT_COUNT = 8;
    private static final int RTT_SUM = 16;
    private static final int RESENT = 24;
    private static final int OUT_OF_ORDER = 32;
    private static final int ZERO_WINDOWS = 40;
    private static final int RESENT_BYTES = 48;
    private static final int HISTOGRAM = 64;

    /** Where the counters begin in {@code struct weir_insight}; a slot keeps them from byte 4. */
    private static final int COUNTERS = 16;

    private static final int SHIFT = 4 - COUNTERS;
    private static final int IN_RESENT = 16;
    private static final int IN_RESENT_BYTES = 24;
    private static final int IN_OUT_OF_ORDER = 32;
    private static final int IN_ZERO_WINDOWS = 40;
    private static final int IN_RTT_MIN = 44;
    private static final int IN_RTT_COUNT = 48;
    private static final int IN_RTT_SUM = 52;
    private static final int IN_HISTOGRAM = 60;

    private final List<UnsafeBuffer> rows = new ArrayList<>();
    private final List<UnsafeBuffer> slots = new ArrayList<>();
    private long memoryBytes;

    /** Direct memory that it has taken. */
    long memoryBytes() {
        return memoryBytes;
    }

    /**
     * Adds what an entry's insight counted since it was last seen; from the first time on, what it
     * does not tell is zero.
     *
     * @param slot of the entry, over all CPUs
     * @param epoch of the entry, {@link EntryLayout#epoch}
     * @param entry {@code struct weir_flow} at {@code offset}, all of it
     * @param row that the entry's flow has in the ledger
     * @param life of the container; null if nobody knows it
     */
    void merge(
            final int slot,
            final int epoch,
            final DirectBuffer entry,
            final int offset,
            final int row,
            final int generation,
            final EndpointLife life) {
        final int known = entry.getByte(offset + FlowEntry.KNOWN_OFFSET);
        if ((known & FlowEntry.KNOWN_NUMBERS) == 0) {
            return;
        }
        final int at = offset + FlowEntry.INSIGHT_OFFSET;
        final UnsafeBuffer before = chunk(slots, slot, SLOT);
        final int last = (slot & CHUNK - 1) * SLOT;
        if (before.getInt(last) - epoch > 0) {
            return; // an event that came late: the slot is another flow's by now
        }
        if (before.getInt(last) != epoch) {
            before.setMemory(last, SLOT, (byte) 0);
            before.putInt(last, epoch);
        }
        final UnsafeBuffer sums = chunk(rows, row, ROW);
        final int sum = (row & CHUNK - 1) * ROW;
        if (sums.getInt(sum) != generation + 1) {
            sums.setMemory(sum, ROW, (byte) 0);
            sums.putInt(sum, generation + 1);
        }
        if ((known & FlowEntry.KNOWN_INSIGHT) == 0) {
            return; // all of it is zero
        }
        add(entry, at, before, last + SHIFT, sums, sum, life == null ? unknown : life.insight);
        before.putBytes(last + 4, entry, at + COUNTERS, InsightView.LENGTH - COUNTERS);
    }

    private final InsightTotals unknown = new InsightTotals();

    private static void add(
            final DirectBuffer entry,
            final int at,
            final UnsafeBuffer before,
            final int last,
            final UnsafeBuffer sums,
            final int sum,
            final InsightTotals total) {
        for (int side = 0; side < 2; side++) {
            final int i = 4 * side;
            final int resent = grown(entry, at, before, last, IN_RESENT + i);
            final int late = grown(entry, at, before, last, IN_OUT_OF_ORDER + i);
            final int closed = grown16(entry, at, before, last, IN_ZERO_WINDOWS + 2 * side);
            final long bytes = grown(entry, at, before, last, IN_RESENT_BYTES + i) & 0xFFFF_FFFFL;
            sums.putInt(sum + RESENT + i, sums.getInt(sum + RESENT + i) + resent);
            sums.putInt(sum + OUT_OF_ORDER + i, sums.getInt(sum + OUT_OF_ORDER + i) + late);
            sums.putInt(sum + ZERO_WINDOWS + i, sums.getInt(sum + ZERO_WINDOWS + i) + closed);
            sums.putLong(
                    sum + RESENT_BYTES + 2 * i, sums.getLong(sum + RESENT_BYTES + 2 * i) + bytes);
            total.retransmittedPackets += resent;
            total.retransmittedBytes += bytes;
            total.outOfOrder += late;
            total.zeroWindows += closed;
        }
        addRtt(entry, at, before, last, sums, sum, total);
    }

    private static void addRtt(
            final DirectBuffer entry,
            final int at,
            final UnsafeBuffer before,
            final int last,
            final UnsafeBuffer sums,
            final int sum,
            final InsightTotals total) {
        final int count = grown(entry, at, before, last, IN_RTT_COUNT);
        if (count == 0) {
            return;
        }
        final long nanos = grown(entry, at, before, last, IN_RTT_SUM) & 0xFFFF_FFFFL;
        final int min = entry.getInt(at + IN_RTT_MIN);
        final int least = sums.getInt(sum + RTT_MIN);
        if (least == 0 || Integer.compareUnsigned(min, least) < 0) {
            sums.putInt(sum + RTT_MIN, min);
        }
        sums.putInt(sum + RTT_COUNT, sums.getInt(sum + RTT_COUNT) + count);
        sums.putLong(sum + RTT_SUM, sums.getLong(sum + RTT_SUM) + nanos);
        total.rttCount += count;
        total.rttSum += nanos;
        total.min(min & 0xFFFF_FFFFL);
        for (int bucket = 0; bucket < InsightView.BUCKETS; bucket++) {
            final int more = grown16(entry, at, before, last, IN_HISTOGRAM + 2 * bucket);
            if (more != 0) {
                bucket(sums, sum + HISTOGRAM, bucket, more);
                total.buckets[bucket] += more;
            }
        }
    }

    /** Quantiles need proportions alone: before a bucket overflows, all of them are halved. */
    private static void bucket(
            final UnsafeBuffer sums, final int histogram, final int bucket, final int more) {
        int count = (sums.getShort(histogram + 2 * bucket) & 0xFFFF) + more;
        while (count > 0xFFFF) {
            for (int i = 0; i < InsightView.BUCKETS; i++) {
                final int half = (sums.getShort(histogram + 2 * i) & 0xFFFF) >> 1;
                sums.putShort(histogram + 2 * i, (short) half);
            }
            count >>= 1;
        }
        sums.putShort(histogram + 2 * bucket, (short) count);
    }

    private static int grown(
            final DirectBuffer entry,
            final int at,
            final DirectBuffer before,
            final int last,
            final int field) {
        return entry.getInt(at + field) - before.getInt(last + field);
    }

    private static int grown16(
            final DirectBuffer entry,
            final int at,
            final DirectBuffer before,
            final int last,
            final int field) {
        return entry.getShort(at + field) - before.getShort(last + field) & 0xFFFF;
    }

    private UnsafeBuffer chunk(final List<UnsafeBuffer> chunks, final int index, final int length) {
        final int chunk = index >> CHUNK_SHIFT;
        while (chunks.size() <= chunk) {
            chunks.add(null);
        }
        if (chunks.get(chunk) == null) {
            chunks.set(chunk, new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK * length)));
            memoryBytes += (long) CHUNK * length;
        }
        return chunks.get(chunk);
    }

    /** True if anything was learned of the flow. */
    boolean knows(final FlowRow flow) {
        final int chunk = flow.row >> CHUNK_SHIFT;
        return chunk < rows.size()
                && rows.get(chunk) != null
                && rows.get(chunk).getInt(place(flow)) == flow.generation() + 1;
    }

    private static int place(final FlowRow flow) {
        return (flow.row & CHUNK - 1) * ROW;
    }

    private UnsafeBuffer of(final FlowRow flow) {
        return rows.get(flow.row >> CHUNK_SHIFT);
    }

    /** Packets sent again, both sides. */
    long retransmits(final FlowRow flow) {
        return knows(flow)
                ? side(flow, RESENT, Direction.INGRESS) + side(flow, RESENT, Direction.EGRESS)
                : 0;
    }

    long retransmits(final FlowRow flow, final Direction direction) {
        return side(flow, RESENT, direction);
    }

    long retransmittedBytes(final FlowRow flow, final Direction direction) {
        return of(flow).getLong(place(flow) + RESENT_BYTES + 8 * direction.ordinal());
    }

    long outOfOrder(final FlowRow flow, final Direction direction) {
        return side(flow, OUT_OF_ORDER, direction);
    }

    long zeroWindows(final FlowRow flow, final Direction direction) {
        return side(flow, ZERO_WINDOWS, direction);
    }

    private long side(final FlowRow flow, final int field, final Direction direction) {
        return of(flow).getInt(place(flow) + field + 4 * direction.ordinal()) & 0xFFFF_FFFFL;
    }

    /** Average round trip; before a sample the network's share of the handshake; 0: unknown. */
    long rttNanos(final FlowRow flow) {
        final long samples = knows(flow) ? of(flow).getInt(place(flow) + RTT_COUNT) : 0;
        return samples == 0
                ? flow.handshakeNetwork()
                : (of(flow).getLong(place(flow) + RTT_SUM) << 8) / samples;
    }

    /** Null while there is no sample; the network's share of the handshake is the first one. */
    FlowRecord.Rtt rtt(final FlowRow flow) {
        final UnsafeBuffer sums = of(flow);
        final int at = place(flow);
        final long handshake = flow.handshakeNetwork();
        final long samples = sums.getInt(at + RTT_COUNT) & 0xFFFF_FFFFL;
        final long least = sums.getInt(at + RTT_MIN) & 0xFFFF_FFFFL;
        final boolean first = handshake != 0;
        final int its = first ? InsightView.bucketOf(handshake) : -1;
        return RttBuckets.rtt(
                samples + (first ? 1 : 0),
                samples == 0 || first && handshake < least ? handshake : least,
                sums.getLong(at + RTT_SUM) + InsightTotals.units(handshake),
                bucket ->
                        (sums.getShort(at + HISTOGRAM + 2 * bucket) & 0xFFFF)
                                + (bucket == its ? 1 : 0));
    }
}
