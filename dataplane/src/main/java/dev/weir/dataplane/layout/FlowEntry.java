package dev.weir.dataplane.layout;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a {@code struct weir_flow} and the {@code struct weir_flow_detail} behind it: one
 * entry of the per-CPU flow cache as {@link #copy} and the ring of events have it. Not thread-safe;
 * allocates nothing except where an {@link IpAddress} or a {@link FlowKey} is returned.
 */
public final class FlowEntry {
    public static final int LENGTH = 256;

    /** Bytes of {@code struct weir_flow}, in {@code weir_flows} and here; the detail follows. */
    public static final int ENTRY_LENGTH = 64;

    /** Bytes of {@code struct weir_flow_detail}, in {@code weir_flow_details} and here. */
    public static final int DETAIL_LENGTH = LENGTH - ENTRY_LENGTH;

    /** {@code WEIR_MARK_ANSWERS_INGRESS}. */
    public static final int ANSWERS_INGRESS = 1;

    /** {@code WEIR_MARK_ANSWERS_EGRESS}. */
    public static final int ANSWERS_EGRESS = 2;

    /** {@code WEIR_MARK_NEXT_INGRESS}. */
    static final int NEXT_INGRESS = 4;

    /** {@code WEIR_MARK_NEXT_EGRESS}. */
    static final int NEXT_EGRESS = 8;

    /** {@code WEIR_MARK_SAMPLED}. */
    static final int SAMPLED = 16;

    /** {@code WEIR_MARK_TIMED}. */
    static final int TIMED = 32;

    /** {@code WEIR_MARK_VERIFIED}. */
    public static final int VERIFIED = 64;

    /** {@code WEIR_MARK_ECN}. */
    static final int ECN = 0x100;

    /** {@code WEIR_MARK_REASON}. */
    static final int REASON = 0x1000;

    /** {@code WEIR_FLOW_OPENED_BY_LOCAL}. */
    public static final int OPENED_BY_LOCAL = 1;

    /** {@code WEIR_FLOW_REPLIED}. */
    public static final int REPLIED = 2;

    /** {@code WEIR_FLOW_UNCACHED}. */
    public static final int UNCACHED = 4;

    /** {@code WEIR_FLOW_WATCHED}. */
    public static final int WATCHED = 8;

    /** {@code WEIR_KNOWN_NUMBERS}. */
    public static final int KNOWN_NUMBERS = 1;

    /** {@code WEIR_KNOWN_INSIGHT}. */
    public static final int KNOWN_INSIGHT = 2;

    /** {@code WEIR_FLOW_PACKETS}: the counter begins at this bit of its word. */
    public static final int PACKETS_SHIFT = 24;

    /** {@code WEIR_FLOW_BYTES}. */
    public static final int BYTES_SHIFT = 16;

    /** {@code WEIR_FLOW_TCP_FLAGS}. */
    static final int TCP_FLAGS_SHIFT = 16;

    /** {@code WEIR_FLOW_IPV6}: beside the number of the endpoint, and no part of it. */
    public static final int IPV6 = 0x8000;

    static final int ADDRESSES_OFFSET = 0;
    public static final int LOCAL_PORT_OFFSET = 8;
    static final int REMOTE_PORT_OFFSET = 10;
    public static final int ENDPOINT_OFFSET = 12;
    public static final int PROTOCOL_OFFSET = 14;
    public static final int TOLD_OFFSET = 15;
    public static final int PACKETS_OFFSET = 16;
    public static final int BYTES_OFFSET = 32;
    public static final int LAST_SEEN_OFFSET = 48;
    static final int NEXT_SEQ_OFFSET = 52;
    static final int ACKED_OFFSET = 60;
    public static final int LOCAL_OFFSET = 64;
    public static final int REMOTE_OFFSET = 80;
    public static final int CREATED_OFFSET = 96;
    public static final int FIRST_SEEN_OFFSET = 100;
    static final int POLICY_OFFSET = 104;
    public static final int REMOTE_IDENTITY_OFFSET = 108;
    public static final int HANDSHAKE_NETWORK_NS_OFFSET = 112;
    public static final int HANDSHAKE_CONTAINER_NS_OFFSET = 116;
    public static final int FLAGS_OFFSET = 120;
    public static final int STATE_OFFSET = 121;
    public static final int KNOWN_OFFSET = 122;
    public static final int DSCP_OFFSET = 123;
    public static final int ICMP_TYPE_OFFSET = 124;
    public static final int ICMP_CODE_OFFSET = 125;
    public static final int VLAN_OFFSET = 126;

    /** {@code struct weir_insight}: {@link InsightView}. */
    public static final int INSIGHT_OFFSET = 128;

    /** The low half of {@code bytes[WEIR_INGRESS]}. */
    public static final int EPOCH_OFFSET = BYTES_OFFSET;

    /** The low half of {@code packets[WEIR_EGRESS]}. */
    private static final int RULE_OFFSET = PACKETS_OFFSET + Long.BYTES;

    /** The low half of {@code bytes[WEIR_EGRESS]}. */
    private static final int MARKS_OFFSET = BYTES_OFFSET + Long.BYTES;

    private static final InsightView NOTHING =
            new InsightView(new UnsafeBuffer(new byte[InsightView.LENGTH]), 0);

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LENGTH]);
    private final InsightView insight = new InsightView(buffer, INSIGHT_OFFSET);

    /** Puts the flyweight over {@link #LENGTH} bytes of {@code source}. */
    public FlowEntry wrap(final DirectBuffer source, final int offset) {
        buffer.wrap(source, offset, LENGTH);
        return this;
    }

    /**
     * Copies the entry in {@code slot} of both buffers while the kernel may write: what arrives is
     * of one flow.
     *
     * @return false when the entry is unused or changes hands right now; this is then undefined
     */
    public boolean copy(final AtomicBuffer entries, final AtomicBuffer details, final int slot) {
        return EpochCopy.copy(
                        entries,
                        slot * ENTRY_LENGTH,
                        EPOCH_OFFSET,
                        ENTRY_LENGTH,
                        details,
                        slot * DETAIL_LENGTH,
                        buffer)
                && endpoint() != 0;
    }

    /** Who talks to whom; allocates. */
    public FlowKey toKey() {
        return new FlowKey(endpoint(), local(), remote(), localPort(), remotePort(), protocol());
    }

    /** Number of the endpoint; 0 = this entry was never used. */
    public int endpoint() {
        return buffer.getShort(ENDPOINT_OFFSET) & ~IPV6 & 0xFFFF;
    }

    public IpAddress local() {
        return address(LOCAL_OFFSET);
    }

    public IpAddress remote() {
        return address(REMOTE_OFFSET);
    }

    private IpAddress address(final int offset) {
        return new IpAddress(
                buffer.getLong(offset, ByteOrder.BIG_ENDIAN),
                buffer.getLong(offset + Long.BYTES, ByteOrder.BIG_ENDIAN));
    }

    public int localPort() {
        return buffer.getShort(LOCAL_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    public int remotePort() {
        return buffer.getShort(REMOTE_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /** IANA protocol number. */
    public int protocol() {
        return buffer.getByte(PROTOCOL_OFFSET) & 0xFF;
    }

    /** Low 16 bits of the policy revision the verdict was decided under. */
    public int revision() {
        return buffer.getShort(PACKETS_OFFSET) & 0xFFFF;
    }

    private int marks() {
        return buffer.getShort(MARKS_OFFSET) & 0xFFFF;
    }

    /** Jiffies, low 32 bits. */
    public int lastSeen() {
        return buffer.getInt(LAST_SEEN_OFFSET);
    }

    /** What is denied has no entry. */
    public Verdict verdict() {
        return reason() == Reason.AUDIT ? Verdict.AUDIT : Verdict.ALLOWED;
    }

    public Reason reason() {
        return Reason.of(marks() / REASON & 7);
    }

    /** {@link #OPENED_BY_LOCAL} and the others. */
    public int flags() {
        return buffer.getByte(FLAGS_OFFSET) & 0xFF;
    }

    /** True when the container sent the first packet. */
    public boolean openedByLocal() {
        return (flags() & OPENED_BY_LOCAL) != 0;
    }

    /** True when the cache has the verdict on packets of that direction. */
    public boolean answers(final Direction direction) {
        return (marks() & ANSWERS_INGRESS << direction.ordinal()) != 0;
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
        return buffer.getShort(RULE_OFFSET) & 0xFFFF;
    }

    public int remoteIdentity() {
        return buffer.getInt(REMOTE_IDENTITY_OFFSET);
    }

    /** Of 40 bits. */
    public long packets(final Direction direction) {
        return buffer.getLong(PACKETS_OFFSET + 8 * direction.ordinal()) >>> PACKETS_SHIFT;
    }

    /** Of 48 bits, with the Ethernet header, of the segments on the wire. */
    public long bytes(final Direction direction) {
        return buffer.getLong(BYTES_OFFSET + 8 * direction.ordinal()) >>> BYTES_SHIFT;
    }

    /** Jiffies, low 32 bits. */
    public int firstSeen() {
        return buffer.getInt(FIRST_SEEN_OFFSET);
    }

    /** 16 bits: odd while the entry changes hands, and another even number afterwards. */
    public int epoch() {
        return buffer.getShort(EPOCH_OFFSET) & 0xFFFF;
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
        return (int) (buffer.getLong(PACKETS_OFFSET + 8 * direction.ordinal()) >>> TCP_FLAGS_SHIFT)
                & 0xFF;
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
        return marks() / ECN & 0xF;
    }

    /** Identifier of the outermost VLAN tag of the first packet, 0 = none. */
    public int vlan() {
        return buffer.getShort(VLAN_OFFSET) & 0xFFFF;
    }

    /** Steps whenever the detail changes; 8 bits. */
    public int told() {
        return buffer.getByte(TOLD_OFFSET) & 0xFF;
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
