package dev.weir.controller.flow;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.FlowEntry;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Where the two kinds of cache entries of {@code abi.h} keep what the sweep reads first. Host order
 * is little-endian on every supported machine.
 *
 * <p>{@code struct weir_denied} counts one direction: its second pair of counters is {@code spare},
 * which is always zero, so that one loop sums both kinds.
 */
enum EntryLayout {
    FLOW(256, 152, 36, 60, new int[] {64, 72, 80, 88}, 128, 44),
    DENIED(128, 128, 34, 60, new int[] {72, 88, 80, 96}, 52, 56);

    /** {@code struct weir_flow}. */
    static final int FLOW_REVISION = 40;

    static final int FLOW_VERDICT = 48;
    static final int FLOW_REASON = 49;
    static final int FLOW_FLAGS = 50;
    static final int FLOW_STATE = 51;
    static final int FLOW_RULE = 52;
    static final int FLOW_TCP_FLAGS = 96;
    static final int FLOW_ECN = 98;
    static final int FLOW_DSCP = 99;
    static final int FLOW_ICMP_TYPE = 100;
    static final int FLOW_ICMP_CODE = 101;
    static final int FLOW_VLAN = 102;
    static final int FLOW_CREATED = 120;
    static final int FLOW_TOLD = 124;
    static final int FLOW_KNOWN = 126;
    static final int FLOW_HANDSHAKE_NETWORK = 132;
    static final int FLOW_HANDSHAKE_CONTAINER = 136;
    static final int FLOW_REMOTE_IDENTITY = 144;
    static final int FLOW_INSIGHT = 148;

    /** {@code WEIR_KNOWN_NUMBERS}. */
    static final int KNOWN_NUMBERS = 4;

    /** {@code WEIR_KNOWN_INSIGHT}. */
    static final int KNOWN_INSIGHT = 8;

    /** {@code struct weir_denied}. */
    static final int DENIED_SERVICE_PORT = 32;

    static final int DENIED_PROTOCOL = 36;
    static final int DENIED_DIRECTION = 37;
    static final int DENIED_REASON = 38;
    static final int DENIED_REVISION = 40;
    static final int DENIED_RULE = 44;
    static final int DENIED_REMOTE_IDENTITY = 48;
    static final int DENIED_CLIENT_PORT = 64;

    /** {@code enum weir_flow_flags}. */
    static final int OPENED_BY_LOCAL = 2;

    static final int REPLIED = 4;
    static final int UNCACHED = 8;

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("byte order: big (expected: little)");
        }
    }

    /** Bytes of an entry with its detail, as events and copies have it. */
    final int length;

    /**
     * How much of it the sweep reads of any entry, in whole words; a flow's insight lies beyond.
     */
    final int readLength;

    final int endpointOffset;
    final int epochOffset;
    final int packets0Offset;
    final int packets1Offset;
    final int bytes0Offset;
    final int bytes1Offset;
    final int firstSeenOffset;
    final int lastSeenOffset;

    EntryLayout(
            final int length,
            final int readLength,
            final int endpointOffset,
            final int epochOffset,
            final int[] counterOffsets,
            final int firstSeenOffset,
            final int lastSeenOffset) {
        this.length = length;
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

    /** Offset of an entry in a CPU's region, or in a window of it. */
    int at(final int slot) {
        return this == FLOW ? FlowEntry.at(slot) : slot * DeniedEntry.LENGTH;
    }

    /** The same of the word at {@code field} of the entry at {@code at}. */
    static int inPlace(final int at, final int field) {
        return field < FlowEntry.DETAIL_OFFSET
                ? at + field
                : at + FlowEntry.DETAIL_DISTANCE + field - FlowEntry.DETAIL_OFFSET;
    }

    int endpoint(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + endpointOffset) & 0xFFFF;
    }

    /**
     * True if the single pair of counters is of egress packets: it belongs into the second cell.
     */
    boolean swapped(final DirectBuffer buffer, final int offset) {
        return this == DENIED && buffer.getByte(offset + DENIED_DIRECTION) == 1;
    }
}
