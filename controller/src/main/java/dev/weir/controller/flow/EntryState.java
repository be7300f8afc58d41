package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Verdict;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * What a cache entry says beside its counters, merged into its flow's row. One thread at a time.
 */
final class EntryState {
    private final FlowEntry state = new FlowEntry();

    /**
     * Merges an entry into its flow's row.
     *
     * @param first when the entry was first seen, in jiffies
     * @param last when it was last seen
     * @param life of the row
     */
    void merge(
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
            handshake(row, state.handshakeNetworkNanos(), state.handshakeContainerNanos(), life);
        }
    }

    /**
     * A number that changes whenever anything does that {@link #merge} takes from a {@code struct
     * weir_flow} beside counters and times, or that its insight tells: a flow with the same digest
     * is not merged again. It is made of the cache line that every sweep reads; of what lies
     * beyond, {@code told} says that it has changed. Never 0.
     */
    static long digest(final long entry) {
        final long flagsIn = UnsafeApi.getLong(entry + FlowEntry.PACKETS_OFFSET) >>> 16 & 0xFF;
        final long ruleAndFlagsOut =
                UnsafeApi.getLong(entry + FlowEntry.PACKETS_OFFSET + 8) & 0xFF_FFFF;
        final long ecnAndReason =
                UnsafeApi.getLong(entry + FlowEntry.BYTES_OFFSET + 8) >>> 8 & 0x7F;
        final long told = UnsafeApi.getByte(entry + FlowEntry.TOLD_OFFSET) & 0xFF;
        return 1L << 63 | told << 39 | ecnAndReason << 32 | ruleAndFlagsOut << 8 | flagsIn;
    }

    private void flow(
            final FlowRow row, final DirectBuffer entry, final int at, final boolean newer) {
        state.wrap(entry, at);
        if (newer) {
            row.putLong(FlowRow.DIGEST, digest(OffHeap.address(entry, at, FlowEntry.ENTRY_LENGTH)));
            row.putByte(FlowRow.VERDICT, state.verdict().ordinal());
            row.putByte(FlowRow.REASON, state.reason().ordinal());
            row.putInt(FlowRow.RULE, state.rule());
            row.putInt(FlowRow.REMOTE_IDENTITY, state.remoteIdentity());
            row.putByte(FlowRow.DSCP, state.dscp());
            row.putByte(FlowRow.ICMP_TYPE, state.icmpType());
            row.putByte(FlowRow.ICMP_CODE, state.icmpCode());
        }
        row.see(state.vlan(), state.ecn());
        or(row, FlowRow.FLAGS, state.flags());
        or(row, FlowRow.TCP_FLAGS, state.tcpFlags(Direction.INGRESS));
        or(row, FlowRow.TCP_FLAGS + 1, state.tcpFlags(Direction.EGRESS));
        /* Each CPU copies the state when it asks conntrack: the furthest is the latest. */
        final int tcp = state.state().ordinal();
        if (tcp > row.state()) {
            row.putByte(FlowRow.STATE, tcp);
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

    private static void or(final FlowRow row, final int field, final int bits) {
        row.putByte(field, row.getByte(field) | bits);
    }
}
