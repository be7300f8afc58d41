package dev.weir.dataplane.layout;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a {@code struct weir_flow} and the {@code struct weir_flow_detail} behind it: one
 * entry of the per-CPU flow cache as {@link #copy} and the ring of events have it. Not thread-safe;
 * allocates nothing except where an {@link IpAddress} is returned.
 */
public final class FlowEntry {
    public static final int LENGTH = 256;

    /** Where the detail begins in it. */
    public static final int DETAIL_OFFSET = 128;

    /**
     * Entries of a group, {@code WEIR_FLOW_GROUP}: in the cache their details are after all of
     * them.
     */
    public static final int GROUP = 64;

    /** In the cache, from the first byte of an entry to the first of its detail. */
    public static final int DETAIL_DISTANCE = GROUP * DETAIL_OFFSET;

    /** {@code WEIR_FLOW_LOCAL_VERIFIED}. */
    public static final int LOCAL_VERIFIED = 1;

    /** {@code WEIR_FLOW_OPENED_BY_LOCAL}. */
    public static final int OPENED_BY_LOCAL = 2;

    /** {@code WEIR_FLOW_REPLIED}. */
    public static final int REPLIED = 4;

    /** {@code WEIR_FLOW_UNCACHED}. */
    public static final int UNCACHED = 8;

    /** {@code WEIR_FLOW_WATCHED}. */
    public static final int WATCHED = 16;

    /** {@code WEIR_FLOW_ANSWERS_INGRESS}. */
    public static final int ANSWERS_INGRESS = 32;

    /** {@code WEIR_FLOW_ANSWERS_EGRESS}. */
    public static final int ANSWERS_EGRESS = 64;

    static final int KEY_OFFSET = 0;
    static final int REVISION_OFFSET = 40;
    static final int LAST_SEEN_OFFSET = 44;
    static final int VERDICT_OFFSET = 48;
    static final int REASON_OFFSET = 49;
    static final int FLAGS_OFFSET = 50;
    static final int STATE_OFFSET = 51;
    static final int RULE_OFFSET = 52;
    static final int REFRESHED_OFFSET = 56;
    static final int EPOCH_OFFSET = 60;
    static final int PACKETS_OFFSET = 64;
    static final int BYTES_OFFSET = 80;
    static final int TCP_FLAGS_OFFSET = 96;
    static final int ECN_OFFSET = 98;
    static final int DSCP_OFFSET = 99;
    static final int ICMP_TYPE_OFFSET = 100;
    static final int ICMP_CODE_OFFSET = 101;
    static final int VLAN_OFFSET = 102;
    static final int NEXT_SEQ_OFFSET = 104;
    static final int ACKED_OFFSET = 112;
    static final int SAMPLED_OFFSET = 116;
    static final int CREATED_OFFSET = 120;
    static final int TOLD_OFFSET = 124;
    static final int KNOWN_OFFSET = 126;
    static final int ZERO_OFFSET = 127;
    static final int FIRST_SEEN_OFFSET = 128;
    static final int HANDSHAKE_NETWORK_NS_OFFSET = 132;
    static final int HANDSHAKE_CONTAINER_NS_OFFSET = 136;
    static final int POLICY_OFFSET = 140;
    static final int REMOTE_IDENTITY_OFFSET = 144;

    /** {@code struct weir_insight}: {@link InsightView}. */
    public static final int INSIGHT_OFFSET = 148;

    /** {@code WEIR_KNOWN_NUMBERS}. */
    public static final int KNOWN_NUMBERS = 4;

    /** {@code WEIR_KNOWN_INSIGHT}. */
    public static final int KNOWN_INSIGHT = 8;

    private static final InsightView NOTHING =
            new InsightView(new UnsafeBuffer(new byte[InsightView.LENGTH]), 0);

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LENGTH]);
    private final FlowKeyView key = new FlowKeyView(buffer, KEY_OFFSET);
    private final InsightView insight = new InsightView(buffer, INSIGHT_OFFSET);

    /** Puts the flyweight over {@link #LENGTH} bytes of {@code source}. */
    public FlowEntry wrap(final DirectBuffer source, final int offset) {
        buffer.wrap(source, offset, LENGTH);
        return this;
    }

    /** Offset of an entry in a CPU's region, or in a window of it. */
    public static int at(final int slot) {
        return slot / GROUP * GROUP * LENGTH + slot % GROUP * DETAIL_OFFSET;
    }

    /**
     * Copies the entry at {@code offset} of a region while the kernel may write: what arrives is of
     * one flow.
     *
     * @return false when the entry is unused or changes hands right now; this is then undefined
     */
    public boolean copy(final AtomicBuffer region, final int offset) {
        return EpochCopy.copy(region, offset, EPOCH_OFFSET, DETAIL_DISTANCE, buffer)
                && endpoint() != 0;
    }

    /** Who talks to whom. */
    public FlowKeyView key() {
        return key;
    }

    /** Number of the endpoint; 0 = this entry was never used. */
    public int endpoint() {
        return key.endpoint();
    }

    public IpAddress local() {
        return key.local();
    }

    public IpAddress remote() {
        return key.remote();
    }

    public int localPort() {
        return key.localPort();
    }

    public int remotePort() {
        return key.remotePort();
    }

    /** IANA protocol number. */
    public int protocol() {
        return key.protocol();
    }

    /** Policy revision the verdict was decided under. */
    public int revision() {
        return buffer.getInt(REVISION_OFFSET);
    }

    /** Jiffies, low 32 bits. */
    public int lastSeen() {
        return buffer.getInt(LAST_SEEN_OFFSET);
    }

    public Verdict verdict() {
        return Verdict.of(buffer.getByte(VERDICT_OFFSET));
    }

    public Reason reason() {
        return Reason.of(buffer.getByte(REASON_OFFSET));
    }

    /** {@link #OPENED_BY_LOCAL} and the others. */
    public int flags() {
        return buffer.getByte(FLAGS_OFFSET) & 0xFF;
    }

    /** True when the container sent the first packet. */
    public boolean openedByLocal() {
        return (flags() & OPENED_BY_LOCAL) != 0;
    }

    /** True when both sides have sent. */
    public boolean replied() {
        return (flags() & REPLIED) != 0;
    }

    public TcpState state() {
        return TcpState.of(buffer.getByte(STATE_OFFSET));
    }

    /** The rule that decided, 0 = none. */
    public int rule() {
        return buffer.getInt(RULE_OFFSET);
    }

    public int remoteIdentity() {
        return buffer.getInt(REMOTE_IDENTITY_OFFSET);
    }

    /** When weir_conntrack last heard of this flow, in jiffies. */
    public int refreshed() {
        return buffer.getInt(REFRESHED_OFFSET);
    }

    public long packets(final Direction direction) {
        return buffer.getLong(PACKETS_OFFSET + 8 * direction.ordinal());
    }

    /** With the Ethernet header, of the segments on the wire. */
    public long bytes(final Direction direction) {
        return buffer.getLong(BYTES_OFFSET + 8 * direction.ordinal());
    }

    /** Jiffies, low 32 bits. */
    public int firstSeen() {
        return buffer.getInt(FIRST_SEEN_OFFSET);
    }

    /** Odd while the entry changes hands, and another even number afterwards. */
    public int epoch() {
        return buffer.getIntVolatile(EPOCH_OFFSET);
    }

    /** Share of the network in the handshake, 0 = not seen. */
    public long handshakeNetworkNanos() {
        return buffer.getInt(HANDSHAKE_NETWORK_NS_OFFSET) & 0xFFFF_FFFFL;
    }

    /** Share of the container in the handshake, 0 = not seen. */
    public long handshakeContainerNanos() {
        return buffer.getInt(HANDSHAKE_CONTAINER_NS_OFFSET) & 0xFFFF_FFFFL;
    }

    /** Union of the TCP flags seen in that direction (RFC 9293 order, FIN = 1). */
    public int tcpFlags(final Direction direction) {
        return buffer.getByte(TCP_FLAGS_OFFSET + direction.ordinal()) & 0xFF;
    }

    public int dscp() {
        return buffer.getByte(DSCP_OFFSET) & 0xFF;
    }

    public int icmpType() {
        return buffer.getByte(ICMP_TYPE_OFFSET) & 0xFF;
    }

    public int icmpCode() {
        return buffer.getByte(ICMP_CODE_OFFSET) & 0xFF;
    }

    /** Bit n: codepoint n of RFC 3168 section 5 was seen. */
    public int ecn() {
        return buffer.getByte(ECN_OFFSET) & 0xFF;
    }

    /** Identifier of the outermost VLAN tag of the first packet, 0 = none. */
    public int vlan() {
        return buffer.getShort(VLAN_OFFSET) & 0xFFFF;
    }

    /** Steps whenever anything changes that {@link #insight} or a handshake tells; 16 bits. */
    public int told() {
        return buffer.getShort(TOLD_OFFSET) & 0xFFFF;
    }

    /** True when {@link #insight} is of this flow: TCP, and its numbers are followed. */
    public boolean hasInsight() {
        return (buffer.getByte(KNOWN_OFFSET) & KNOWN_NUMBERS) != 0;
    }

    /** What TCP's sequence numbers tell. */
    public InsightView insight() {
        return (buffer.getByte(KNOWN_OFFSET) & KNOWN_INSIGHT) != 0 ? insight : NOTHING;
    }

    /** When the connection was opened, in jiffies: the same on every CPU that has it cached. */
    public int created() {
        return buffer.getInt(CREATED_OFFSET);
    }

    /** Number of the endpoint's policy that decided. */
    public int policy() {
        return buffer.getInt(POLICY_OFFSET);
    }
}
