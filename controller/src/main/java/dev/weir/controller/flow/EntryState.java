package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Verdict;
import org.agrona.DirectBuffer;

/** What a cache entry says beside its counters, merged into its flow's row. */
final class EntryState {
    private EntryState() {}

    /**
     * Merges an entry into its flow's row.
     *
     * @param first when the entry was first seen, in jiffies
     * @param last when it was last seen
     * @param life of the row
     */
    static void merge(
            final FlowRow row,
            final EntryLayout layout,
            final DirectBuffer entry,
            final int at,
            final long first,
            final long last,
            final EndpointLife life) {
        final boolean newer = last >= row.lastSeen();
        if (newer) {
            row.putLong(FlowRow.LAST_SEEN, last);
        }
        if (first < row.firstSeen()) {
            row.putLong(FlowRow.FIRST_SEEN, first);
        }
        if (layout == EntryLayout.DENIED) {
            denied(row, entry, at, newer);
        } else {
            flow(row, entry, at, newer);
            handshake(
                    row,
                    entry.getInt(at + EntryLayout.FLOW_HANDSHAKE_NETWORK) & 0xFFFF_FFFFL,
                    entry.getInt(at + EntryLayout.FLOW_HANDSHAKE_CONTAINER) & 0xFFFF_FFFFL,
                    life);
        }
    }

    /**
     * A number that changes whenever anything does that {@link #merge} takes from a {@code struct
     * weir_flow} beside counters and times, or that its insight tells: a flow with the same digest
     * is not merged again. It is made of the two cache lines that every sweep reads; of what lies
     * beyond, {@code told} says that it has changed.
     */
    static long digest(final DirectBuffer entry, final int at) {
        return entry.getLong(at + EntryLayout.FLOW_VERDICT) * 0x9E37_79B9_7F4A_7C15L
                + entry.getLong(at + EntryLayout.FLOW_TCP_FLAGS) * 0xD6E8_FEB8_6659_FD93L
                + entry.getShort(at + EntryLayout.FLOW_TOLD) * 0xBF58_476D_1CE4_E5B9L
                + 1;
    }

    private static void flow(
            final FlowRow row, final DirectBuffer entry, final int at, final boolean newer) {
        if (newer) {
            row.putLong(FlowRow.DIGEST, digest(entry, at));
            row.putByte(FlowRow.VERDICT, entry.getByte(at + EntryLayout.FLOW_VERDICT));
            row.putByte(FlowRow.REASON, entry.getByte(at + EntryLayout.FLOW_REASON));
            row.putInt(FlowRow.RULE, entry.getInt(at + EntryLayout.FLOW_RULE));
            row.putInt(
                    FlowRow.REMOTE_IDENTITY, entry.getInt(at + EntryLayout.FLOW_REMOTE_IDENTITY));
            row.putByte(FlowRow.DSCP, entry.getByte(at + EntryLayout.FLOW_DSCP));
            row.putByte(FlowRow.ICMP_TYPE, entry.getByte(at + EntryLayout.FLOW_ICMP_TYPE));
            row.putByte(FlowRow.ICMP_CODE, entry.getByte(at + EntryLayout.FLOW_ICMP_CODE));
        }
        row.see(
                entry.getShort(at + EntryLayout.FLOW_VLAN),
                entry.getByte(at + EntryLayout.FLOW_ECN));
        or(row, FlowRow.FLAGS, entry.getByte(at + EntryLayout.FLOW_FLAGS));
        or(row, FlowRow.TCP_FLAGS, entry.getByte(at + EntryLayout.FLOW_TCP_FLAGS));
        or(row, FlowRow.TCP_FLAGS + 1, entry.getByte(at + EntryLayout.FLOW_TCP_FLAGS + 1));
        /* Each CPU copies the state when it asks conntrack: the furthest is the latest. */
        final byte state = entry.getByte(at + EntryLayout.FLOW_STATE);
        if (state > row.state()) {
            row.putByte(FlowRow.STATE, state);
        }
    }

    private static void handshake(
            final FlowRow row, final long network, final long container, final EndpointLife life) {
        final boolean newNetwork = row.handshakeNetwork() == 0 && network != 0;
        final boolean newContainer = row.handshakeContainer() == 0 && container != 0;
        if (newNetwork) {
            row.putInt(FlowRow.HANDSHAKE_NETWORK, (int) network);
            life.handshakes.network(network);
            life.insight.handshake(network);
        }
        if (newContainer) {
            row.putInt(FlowRow.HANDSHAKE_CONTAINER, (int) container);
            life.handshakes.container(container);
        }
        if ((newNetwork || newContainer)
                && row.handshakeNetwork() != 0
                && row.handshakeContainer() != 0) {
            life.handshakes.total(row.handshakeNetwork() + row.handshakeContainer());
        }
    }

    private static void denied(
            final FlowRow row, final DirectBuffer entry, final int at, final boolean newer) {
        row.putByte(FlowRow.VERDICT, Verdict.DENIED.ordinal());
        row.putByte(FlowRow.REASON, entry.getByte(at + EntryLayout.DENIED_REASON));
        if (newer) {
            row.putInt(FlowRow.RULE, entry.getInt(at + EntryLayout.DENIED_RULE));
            row.putInt(
                    FlowRow.REMOTE_IDENTITY, entry.getInt(at + EntryLayout.DENIED_REMOTE_IDENTITY));
            row.putShort(FlowRow.CLIENT_PORT, entry.getShort(at + EntryLayout.DENIED_CLIENT_PORT));
        }
    }

    private static void or(final FlowRow row, final int field, final byte bits) {
        row.putByte(field, row.getByte(field) | bits);
    }
}
