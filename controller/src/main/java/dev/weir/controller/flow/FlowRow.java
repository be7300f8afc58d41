package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over one flow of the ledger: all CPUs' entries of one connection, or of one kind of
 * denied traffic, in one place.
 *
 * <pre>
 *   0        40      44     48      56       64        80      96    100
 *   +--------+-------+------+-------+--------+---------+-------+-----+----------+
 *   | key    |created|v r f s| first | last   | packets | bytes | rule| identity |
 *   +--------+-------+------+-------+--------+---------+-------+-----+----------+
 *   104      108     112    114 115 116 117 118  119   120    124      128  132
 *   +--------+-------+------+---+---+---+---+-----+-----+------+--------+----+----+
 *   | hs net | hs con| tcp  |dsc|typ|cod|stg| reported | life | remote |next|prev|
 *   +--------+-------+------+---+---+---+---+-----+-----+------+--------+----+----+
 *   136          140        144            148    152                     156     160
 *   +------------+----------+--------------+------+-----------------------+-------+
 *   | generation | revision | reportedAt   | port | born: number of sweep | cause |
 *   +------------+----------+--------------+------+-----------------------+-------+
 * </pre>
 *
 * The key is that of {@code struct weir_flow}; byte 39 is 0 for flows and {@link #DENIED_TAG} plus
 * reason and direction for denied traffic, where the client's port is 0 in the key and kept in
 * {@code port}. First and last seen are 64-bit jiffies.
 */
final class FlowRow {
    static final int LENGTH = 160;
    static final int DENIED_TAG = 0x80;
    static final int NONE = -1;

    /** Where the row is in its life. */
    static final int FREE = 0;

    static final int LIVE = 1;
    static final int ENDED = 2;

    static final int CREATED = 40;
    static final int VERDICT = 44;
    static final int REASON = 45;
    static final int FLAGS = 46;
    static final int STATE = 47;
    static final int FIRST_SEEN = 48;
    static final int LAST_SEEN = 56;
    static final int PACKETS = 64;
    static final int BYTES = 80;
    static final int RULE = 96;
    static final int REMOTE_IDENTITY = 100;
    static final int HANDSHAKE_NETWORK = 104;
    static final int HANDSHAKE_CONTAINER = 108;
    static final int TCP_FLAGS = 112;
    static final int DSCP = 114;
    static final int ICMP_TYPE = 115;
    static final int ICMP_CODE = 116;
    static final int STAGE = 117;
    static final int REPORTED_VERDICT = 118;
    static final int REPORTED_STATE = 119;
    static final int LIFE = 120;
    static final int REMOTE_LIFE = 124;
    static final int NEXT = 128;
    static final int PREVIOUS = 132;
    static final int GENERATION = 136;
    static final int REVISION = 140;
    static final int REPORTED_AT = 144;
    static final int CLIENT_PORT = 148;
    static final int INDEXED = 150;
    static final int TOUCHED = 151;
    static final int BORN = 152;
    static final int END_CAUSE = 156;

    /** Why an open flow was ended; the TCP state may say more. */
    static final int BY_IDLING = 0;

    static final int BY_REUSE = 1;
    static final int BY_PRESSURE = 2;
    static final int BY_DETACH = 3;

    UnsafeBuffer buffer;
    int offset;
    int row = NONE;

    byte stage() {
        return buffer.getByte(offset + STAGE);
    }

    void stage(final int stage) {
        buffer.putByte(offset + STAGE, (byte) stage);
    }

    boolean isDenied() {
        return (buffer.getByte(offset + 39) & DENIED_TAG) != 0;
    }

    int endpoint() {
        return buffer.getShort(offset + 36) & 0xFFFF;
    }

    int protocol() {
        return buffer.getByte(offset + 38) & 0xFF;
    }

    IpAddress local() {
        return address(offset);
    }

    IpAddress remote() {
        return address(offset + 16);
    }

    private IpAddress address(final int at) {
        return new IpAddress(
                buffer.getLong(at, ByteOrder.BIG_ENDIAN),
                buffer.getLong(at + 8, ByteOrder.BIG_ENDIAN));
    }

    int localPort() {
        return port(32, Direction.EGRESS);
    }

    int remotePort() {
        return port(34, Direction.INGRESS);
    }

    /** The client's port of denied traffic is that of its last packet. */
    private int port(final int at, final Direction clientsWay) {
        final int place = isDenied() && opener() == clientsWay ? CLIENT_PORT : at;
        return buffer.getShort(offset + place, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /** Direction of the opener's packets. */
    Direction opener() {
        final int tag = buffer.getByte(offset + 39) & 0xFF;
        if (tag != 0) {
            return Direction.of(tag >> 6 & 1);
        }
        return (flags() & EntryLayout.OPENED_BY_LOCAL) != 0 ? Direction.EGRESS : Direction.INGRESS;
    }

    Verdict verdict() {
        return Verdict.of(buffer.getByte(offset + VERDICT));
    }

    Reason reason() {
        return Reason.of(buffer.getByte(offset + REASON));
    }

    int flags() {
        return buffer.getByte(offset + FLAGS) & 0xFF;
    }

    int state() {
        return buffer.getByte(offset + STATE);
    }

    int created() {
        return buffer.getInt(offset + CREATED);
    }

    long firstSeen() {
        return buffer.getLong(offset + FIRST_SEEN);
    }

    long lastSeen() {
        return buffer.getLong(offset + LAST_SEEN);
    }

    long packets(final Direction direction) {
        return buffer.getLong(offset + PACKETS + 8 * direction.ordinal());
    }

    long bytes(final Direction direction) {
        return buffer.getLong(offset + BYTES + 8 * direction.ordinal());
    }

    /** Both directions. */
    long packets() {
        return packets(Direction.INGRESS) + packets(Direction.EGRESS);
    }

    /** Both directions. */
    long bytes() {
        return bytes(Direction.INGRESS) + bytes(Direction.EGRESS);
    }

    /** Packets sent again, both sides. */
    long retransmits() {
        return 0;
    }

    /** Average over the life; before a sample the network's share of the handshake; 0: unknown. */
    long rttNanos() {
        return handshakeNetwork();
    }

    void add(final Counts delta) {
        buffer.putLong(offset + PACKETS, buffer.getLong(offset + PACKETS) + delta.packetsIn);
        buffer.putLong(
                offset + PACKETS + 8, buffer.getLong(offset + PACKETS + 8) + delta.packetsOut);
        buffer.putLong(offset + BYTES, buffer.getLong(offset + BYTES) + delta.bytesIn);
        buffer.putLong(offset + BYTES + 8, buffer.getLong(offset + BYTES + 8) + delta.bytesOut);
    }

    int rule() {
        return buffer.getInt(offset + RULE);
    }

    int remoteIdentity() {
        return buffer.getInt(offset + REMOTE_IDENTITY);
    }

    long handshakeNetwork() {
        return buffer.getInt(offset + HANDSHAKE_NETWORK) & 0xFFFF_FFFFL;
    }

    long handshakeContainer() {
        return buffer.getInt(offset + HANDSHAKE_CONTAINER) & 0xFFFF_FFFFL;
    }

    /** Union of the flags that were seen in this direction. */
    int tcpFlags(final Direction direction) {
        return buffer.getByte(offset + TCP_FLAGS + direction.ordinal()) & 0xFF;
    }

    int dscp() {
        return buffer.getByte(offset + DSCP) & 0xFF;
    }

    /** One of {@link #BY_IDLING} and its neighbours; of an ended flow. */
    int endCause() {
        return buffer.getByte(offset + END_CAUSE);
    }

    int icmpType() {
        return buffer.getByte(offset + ICMP_TYPE) & 0xFF;
    }

    int icmpCode() {
        return buffer.getByte(offset + ICMP_CODE) & 0xFF;
    }

    int life() {
        return buffer.getInt(offset + LIFE);
    }

    int remoteLife() {
        return buffer.getInt(offset + REMOTE_LIFE);
    }

    int generation() {
        return buffer.getInt(offset + GENERATION);
    }

    int getInt(final int field) {
        return buffer.getInt(offset + field);
    }

    void putInt(final int field, final int value) {
        buffer.putInt(offset + field, value);
    }

    byte getByte(final int field) {
        return buffer.getByte(offset + field);
    }

    void putByte(final int field, final int value) {
        buffer.putByte(offset + field, (byte) value);
    }

    long getLong(final int field) {
        return buffer.getLong(offset + field);
    }

    void putLong(final int field, final long value) {
        buffer.putLong(offset + field, value);
    }
}
