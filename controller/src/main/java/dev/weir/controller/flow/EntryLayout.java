package dev.weir.controller.flow;

import dev.weir.dataplane.layout.FlowEntry;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Where the two kinds of cache entries of {@code abi.h} keep what the sweep reads first, in copies
 * of them and in events: a flow's detail follows its entry there. What only flows have is where
 * {@link FlowEntry} says. Host order is little-endian on every supported machine.
 *
 * <p>{@code struct weir_denied} counts one direction: its second pair of counters is {@code spare},
 * which is always zero, so that one loop sums both kinds.
 */
enum EntryLayout {
    FLOW(
            FlowEntry.ENTRY_LENGTH,
            FlowEntry.INSIGHT_OFFSET,
            FlowEntry.ENDPOINT_OFFSET,
            FlowEntry.EPOCH_OFFSET,
            new int[] {
                FlowEntry.PACKETS_OFFSET,
                FlowEntry.PACKETS_OFFSET + Long.BYTES,
                FlowEntry.BYTES_OFFSET,
                FlowEntry.BYTES_OFFSET + Long.BYTES
            },
            FlowEntry.FIRST_SEEN_OFFSET,
            FlowEntry.LAST_SEEN_OFFSET),
    DENIED(128, 128, 34, 60, new int[] {72, 88, 80, 96}, 52, 56);

    /** {@code struct weir_denied}. */
    static final int DENIED_SERVICE_PORT = 32;

    static final int DENIED_PROTOCOL = 36;
    static final int DENIED_DIRECTION = 37;
    static final int DENIED_REASON = 38;
    static final int DENIED_REVISION = 40;
    static final int DENIED_RULE = 44;
    static final int DENIED_REMOTE_IDENTITY = 48;
    static final int DENIED_CLIENT_PORT = 64;

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("byte order: big (expected: little)");
        }
    }

    /** Bytes of an entry in its table. */
    final int entryLength;

    /** How much the sweep reads of any entry, in whole words; a flow's insight lies beyond. */
    final int readLength;

    final int epochOffset;
    final int firstSeenOffset;
    final int lastSeenOffset;
    private final int endpointOffset;
    private final int packets0Offset;
    private final int packets1Offset;
    private final int bytes0Offset;
    private final int bytes1Offset;

    EntryLayout(
            final int entryLength,
            final int readLength,
            final int endpointOffset,
            final int epochOffset,
            final int[] counterOffsets,
            final int firstSeenOffset,
            final int lastSeenOffset) {
        this.entryLength = entryLength;
        this.readLength = readLength;
        this.endpointOffset = endpointOffset;
        this.epochOffset = epochOffset;
        this.packets0Offset = counterOffsets[0];
        this.packets1Offset = counterOffsets[1];
        this.bytes0Offset = counterOffsets[2];
        this.bytes1Offset = counterOffsets[3];
        this.firstSeenOffset = firstSeenOffset;
        this.lastSeenOffset = lastSeenOffset;
    }

    /** Where the detail of the entry at {@code offset} of a window is in its window. */
    int detailAt(final int offset) {
        return this == FLOW ? offset / FlowEntry.ENTRY_LENGTH * FlowEntry.DETAIL_LENGTH : offset;
    }

    int endpoint(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + endpointOffset) & 0xFFFF & ~FlowEntry.IPV6;
    }

    /**
     * The epoch as a number that goes on where the 16 bits of a flow's begin again.
     *
     * @param word what lies at {@link #epochOffset}
     * @param near another epoch of the same slot; 0 if none is known
     */
    int epoch(final int word, final int near) {
        if (this == DENIED) {
            return word;
        }
        return near == 0 ? word & 0xFFFF : near + (short) (word - near);
    }

    /**
     * True if what the entry counted in its epoch {@code before} was all known when it went, so
     * that nobody was told: bit 1 of a flow's epoch turns then, and never else.
     */
    boolean wasKnown(final int before, final int now) {
        return this == FLOW && ((before ^ now) & 2) != 0;
    }

    long packets0(final long entry) {
        return UnsafeApi.getLong(entry + packets0Offset) >>> packetsShift();
    }

    long packets1(final long entry) {
        return UnsafeApi.getLong(entry + packets1Offset) >>> packetsShift();
    }

    long bytes0(final long entry) {
        return UnsafeApi.getLong(entry + bytes0Offset) >>> bytesShift();
    }

    long bytes1(final long entry) {
        return UnsafeApi.getLong(entry + bytes1Offset) >>> bytesShift();
    }

    /** What is below the counter of packets in its word. */
    private int packetsShift() {
        return this == FLOW ? FlowEntry.PACKETS_SHIFT : 0;
    }

    private int bytesShift() {
        return this == FLOW ? FlowEntry.BYTES_SHIFT : 0;
    }

    /** A counter of packets that has wrapped goes on from what it was before. */
    long packetsFrom(final long before, final long now) {
        return before + (now - before << packetsShift() >>> packetsShift());
    }

    long bytesFrom(final long before, final long now) {
        return before + (now - before << bytesShift() >>> bytesShift());
    }

    /**
     * True if the single pair of counters is of egress packets: it belongs into the second cell.
     */
    boolean swapped(final long entry) {
        return this == DENIED && UnsafeApi.getByte(entry + DENIED_DIRECTION) == 1;
    }
}
