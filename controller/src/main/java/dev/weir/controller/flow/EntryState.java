package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Verdict;
import org.agrona.DirectBuffer;

/** What a cache entry says beside its counters, merged into its flow's row. */
final class EntryState {
    private EntryState() {}

    /**
     * Merges a {@code struct weir_flow}.
     *
     * @param newer the entry was seen after whatever the row holds
     * @return true if the entry tells handshake times that the row does not hold
     */
    static boolean flow(
            final FlowRow row, final DirectBuffer entry, final int at, final boolean newer) {
        if (newer) {
            row.putByte(FlowRow.VERDICT, entry.getByte(at + EntryLayout.FLOW_VERDICT));
            row.putByte(FlowRow.REASON, entry.getByte(at + EntryLayout.FLOW_REASON));
            row.putInt(FlowRow.RULE, entry.getInt(at + EntryLayout.FLOW_RULE));
            row.putInt(
                    FlowRow.REMOTE_IDENTITY, entry.getInt(at + EntryLayout.FLOW_REMOTE_IDENTITY));
            row.putInt(FlowRow.REVISION, entry.getInt(at + EntryLayout.FLOW_REVISION));
            row.putByte(FlowRow.DSCP, entry.getByte(at + EntryLayout.FLOW_DSCP));
            row.putByte(FlowRow.ICMP_TYPE, entry.getByte(at + EntryLayout.FLOW_ICMP_TYPE));
            row.putByte(FlowRow.ICMP_CODE, entry.getByte(at + EntryLayout.FLOW_ICMP_CODE));
        }
        or(row, FlowRow.FLAGS, entry.getByte(at + EntryLayout.FLOW_FLAGS));
        or(row, FlowRow.TCP_FLAGS, entry.getByte(at + EntryLayout.FLOW_TCP_FLAGS));
        or(row, FlowRow.TCP_FLAGS + 1, entry.getByte(at + EntryLayout.FLOW_TCP_FLAGS + 1));
        /* Each CPU copies the state when it asks conntrack: the furthest is the latest. */
        final byte state = entry.getByte(at + EntryLayout.FLOW_STATE);
        if (state > row.state()) {
            row.putByte(FlowRow.STATE, state);
        }
        return row.handshakeNetwork() == 0
                        && entry.getInt(at + EntryLayout.FLOW_HANDSHAKE_NETWORK) != 0
                || row.handshakeContainer() == 0
                        && entry.getInt(at + EntryLayout.FLOW_HANDSHAKE_CONTAINER) != 0;
    }

    /** Merges a {@code struct weir_denied}. */
    static void denied(
            final FlowRow row, final DirectBuffer entry, final int at, final boolean newer) {
        row.putByte(FlowRow.VERDICT, Verdict.DENIED.ordinal());
        row.putByte(FlowRow.REASON, entry.getByte(at + EntryLayout.DENIED_REASON));
        if (newer) {
            row.putInt(FlowRow.RULE, entry.getInt(at + EntryLayout.DENIED_RULE));
            row.putInt(
                    FlowRow.REMOTE_IDENTITY, entry.getInt(at + EntryLayout.DENIED_REMOTE_IDENTITY));
            row.putInt(FlowRow.REVISION, entry.getInt(at + EntryLayout.DENIED_REVISION));
            row.buffer.putShort(
                    row.offset + FlowRow.CLIENT_PORT,
                    entry.getShort(at + EntryLayout.DENIED_CLIENT_PORT));
        }
    }

    private static void or(final FlowRow row, final int field, final byte bits) {
        row.putByte(field, row.getByte(field) | bits);
    }
}
