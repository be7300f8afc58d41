package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import org.agrona.UnsafeApi;

/**
 * Flyweight over one flow of the ledger: all CPUs' entries of one connection, or of one kind of
 * denied traffic, in one place. A row has two parts, each in an array of its own: what every packet
 * changes is one cache line, and the sweep reads nothing else of a flow that only goes on.
 *
 * <pre>
 *  hot   0         16      32     40       48     52           56     60      61      62       64
 *        +---------+-------+------+--------+------+------------+------+-------+-------+---------+
 *        | packets | bytes | last | digest | life | generation | solo | stage |touched| indexed |
 *        +---------+-------+------+--------+------+------------+------+-------+-------+---------+
 *  cold  64    104     108     112     120    124       128    132      136
 *        +-----+-------+-------+-------+------+---------+------+--------+
 *        | key |created|v r f s| first | rule | remote  |hs net| hs con |
 *        +-----+-------+-------+-------+------+---------+------+--------+
 *        136   138   139 140   141      143   144         148    152        156     160  162  164 168
 *        +-----+-----+---+-----+--------+-----+-----------+------+----------+-------+----+----+----+
 *        | tcp |dscp |typ| code|reported|cause|remote life| next | previous | at    |port|vlan|born|
 *        +-----+-----+---+-----+--------+-----+-----------+------+----------+-------+----+----+----+
 * </pre>
 *
 * The key is a {@code struct weir_flow_key}; its byte 39 is 0 for flows and {@link #DENIED_TAG}
 * plus reason and direction for denied traffic, where the client's port is 0 in the key and kept in
 * {@code port}. First and last seen are 64-bit jiffies. The digest is that of the newest entry
 * merged, {@link EntryState#digest}; solo names the one cache slot that gave all counts ({@link
 * SlotShadow}), 0 if there is none. The upper bits of vlan are the ECN codepoints seen.
 */
final class FlowRow {
    static final int HOT_LENGTH = 64;
    static final int COLD_LENGTH = 104;
    static final int LENGTH = HOT_LENGTH + COLD_LENGTH;
    static final int DENIED_TAG = 0x80;
    static final int NONE = -1;

    /** Where the row is in its life. */
    static final int FREE = 0;

    static final int LIVE = 1;
    static final int ENDED = 2;

    static final int PACKETS = 0;
    static final int BYTES = 16;
    static final int LAST_SEEN = 32;
    static final int DIGEST = 40;
    static final int LIFE = 48;
    static final int GENERATION = 52;
    static final int SOLO = 56;
    static final int STAGE = 60;
    static final int TOUCHED = 61;
    static final int INDEXED = 62;

    static final int KEY = 64;
    static final int CREATED = 104;
    static final int VERDICT = 108;
    static final int REASON = 109;
    static final int FLAGS = 110;
    static final int STATE = 111;
    static final int FIRST_SEEN = 112;
    static final int RULE = 120;
    static final int REMOTE_IDENTITY = 124;
    static final int HANDSHAKE_NETWORK = 128;
    static final int HANDSHAKE_CONTAINER = 132;
    static final int TCP_FLAGS = 136;
    static final int DSCP = 138;
    static final int ICMP_TYPE = 139;
    static final int ICMP_CODE = 140;
    static final int REPORTED_VERDICT = 141;
    static final int REPORTED_STATE = 142;
    static final int END_CAUSE = 143;
    static final int REMOTE_LIFE = 144;
    static final int NEXT = 148;
    static final int PREVIOUS = 152;
    static final int REPORTED_AT = 156;
    static final int CLIENT_PORT = 160;
    static final int VLAN = 162;
    static final int BORN = 164;

    /** Why an open flow was ended; the TCP state may say more. */
    static final int BY_IDLING = 0;

    static final int BY_REUSE = 1;
    static final int BY_PRESSURE = 2;
    static final int BY_DETACH = 3;

    /** Address of the hot part. */
    long hot;

    /** Address of the cold part, which begins with the key. */
    long cold;

    int row = NONE;

    private long at(final int field) {
        return field < HOT_LENGTH ? hot + field : cold + field - HOT_LENGTH;
    }

    byte stage() {
        return UnsafeApi.getByte(at(STAGE));
    }

    void stage(final int stage) {
        UnsafeApi.putByte(hot + STAGE, (byte) stage);
    }

    boolean isDenied() {
        return (UnsafeApi.getByte(cold + 39) & DENIED_TAG) != 0;
    }

    int endpoint() {
        return UnsafeApi.getShort(cold + 36) & 0xFFFF;
    }

    int protocol() {
        return UnsafeApi.getByte(cold + 38) & 0xFF;
    }

    IpAddress local() {
        return address(cold);
    }

    IpAddress remote() {
        return address(cold + 16);
    }

    private IpAddress address(final long at) {
        return new IpAddress(
                Long.reverseBytes(UnsafeApi.getLong(at)),
                Long.reverseBytes(UnsafeApi.getLong(at + 8)));
    }

    int localPort() {
        return port(32, Direction.EGRESS);
    }

    int remotePort() {
        return port(34, Direction.INGRESS);
    }

    /** The client's port of denied traffic is that of its last packet. */
    private int port(final int at, final Direction clientsWay) {
        final boolean kept = isDenied() && opener() == clientsWay;
        final long place = kept ? at(CLIENT_PORT) : cold + at;
        return Short.reverseBytes(UnsafeApi.getShort(place)) & 0xFFFF;
    }

    /** Direction of the opener's packets. */
    Direction opener() {
        final int tag = UnsafeApi.getByte(cold + 39) & 0xFF;
        if (tag != 0) {
            return Direction.of(tag >> 6 & 1);
        }
        return (flags() & FlowEntry.OPENED_BY_LOCAL) != 0 ? Direction.EGRESS : Direction.INGRESS;
    }

    Verdict verdict() {
        return Verdict.of(UnsafeApi.getByte(at(VERDICT)));
    }

    Reason reason() {
        return Reason.of(UnsafeApi.getByte(at(REASON)));
    }

    int flags() {
        return UnsafeApi.getByte(at(FLAGS)) & 0xFF;
    }

    int state() {
        return UnsafeApi.getByte(at(STATE));
    }

    int created() {
        return UnsafeApi.getInt(at(CREATED));
    }

    long firstSeen() {
        return UnsafeApi.getLong(at(FIRST_SEEN));
    }

    long lastSeen() {
        return UnsafeApi.getLong(at(LAST_SEEN));
    }

    long packets(final Direction direction) {
        return UnsafeApi.getLong(at(PACKETS) + 8 * direction.ordinal());
    }

    long bytes(final Direction direction) {
        return UnsafeApi.getLong(at(BYTES) + 8 * direction.ordinal());
    }

    /** Both directions. */
    long packets() {
        return packets(Direction.INGRESS) + packets(Direction.EGRESS);
    }

    /** Both directions. */
    long bytes() {
        return bytes(Direction.INGRESS) + bytes(Direction.EGRESS);
    }

    void add(final Counts delta) {
        UnsafeApi.putLong(hot, UnsafeApi.getLong(hot) + delta.packetsIn);
        UnsafeApi.putLong(hot + 8, UnsafeApi.getLong(hot + 8) + delta.packetsOut);
        UnsafeApi.putLong(hot + BYTES, UnsafeApi.getLong(hot + BYTES) + delta.bytesIn);
        UnsafeApi.putLong(hot + BYTES + 8, UnsafeApi.getLong(hot + BYTES + 8) + delta.bytesOut);
    }

    /** All that the row counted. */
    void read(final Counts counts) {
        counts.set(
                UnsafeApi.getLong(hot),
                UnsafeApi.getLong(hot + 8),
                UnsafeApi.getLong(hot + BYTES),
                UnsafeApi.getLong(hot + BYTES + 8));
    }

    void write(final Counts counts) {
        UnsafeApi.putLong(hot, counts.packetsIn);
        UnsafeApi.putLong(hot + 8, counts.packetsOut);
        UnsafeApi.putLong(hot + BYTES, counts.bytesIn);
        UnsafeApi.putLong(hot + BYTES + 8, counts.bytesOut);
    }

    /** The slot that gave all counts; 0 = none, or several. */
    int solo() {
        return UnsafeApi.getInt(hot + SOLO);
    }

    void solo(final int slot) {
        UnsafeApi.putInt(hot + SOLO, slot);
    }

    int rule() {
        return UnsafeApi.getInt(at(RULE));
    }

    int remoteIdentity() {
        return UnsafeApi.getInt(at(REMOTE_IDENTITY));
    }

    long handshakeNetwork() {
        return UnsafeApi.getInt(at(HANDSHAKE_NETWORK)) & 0xFFFF_FFFFL;
    }

    long handshakeContainer() {
        return UnsafeApi.getInt(at(HANDSHAKE_CONTAINER)) & 0xFFFF_FFFFL;
    }

    /** Union of the flags that were seen in this direction. */
    int tcpFlags(final Direction direction) {
        return UnsafeApi.getByte(at(TCP_FLAGS) + direction.ordinal()) & 0xFF;
    }

    int dscp() {
        return UnsafeApi.getByte(at(DSCP)) & 0xFF;
    }

    /** Bit n: codepoint n of RFC 3168 5 was seen. */
    int ecn() {
        return UnsafeApi.getShort(at(VLAN)) >> 12 & 0x0F;
    }

    /** 802.1Q identifier; 0: none. */
    int vlan() {
        return UnsafeApi.getShort(at(VLAN)) & 0x0FFF;
    }

    /** Takes the first identifier and every ECN codepoint; both share one field. */
    void see(final int vlan, final int ecn) {
        final int seen = UnsafeApi.getShort(at(VLAN));
        final int identifier = (seen & 0x0FFF) == 0 ? vlan : seen;
        UnsafeApi.putShort(at(VLAN), (short) (identifier & 0x0FFF | (seen >> 12 | ecn) << 12));
    }

    /** One of {@link #BY_IDLING} and its neighbours; of an ended flow. */
    int endCause() {
        return UnsafeApi.getByte(at(END_CAUSE));
    }

    int icmpType() {
        return UnsafeApi.getByte(at(ICMP_TYPE)) & 0xFF;
    }

    int icmpCode() {
        return UnsafeApi.getByte(at(ICMP_CODE)) & 0xFF;
    }

    int life() {
        return UnsafeApi.getInt(at(LIFE));
    }

    int remoteLife() {
        return UnsafeApi.getInt(at(REMOTE_LIFE));
    }

    int generation() {
        return UnsafeApi.getInt(at(GENERATION));
    }

    int getInt(final int field) {
        return UnsafeApi.getInt(at(field));
    }

    void putInt(final int field, final int value) {
        UnsafeApi.putInt(at(field), value);
    }

    void putShort(final int field, final short value) {
        UnsafeApi.putShort(at(field), value);
    }

    byte getByte(final int field) {
        return UnsafeApi.getByte(at(field));
    }

    void putByte(final int field, final int value) {
        UnsafeApi.putByte(at(field), (byte) value);
    }

    long getLong(final int field) {
        return UnsafeApi.getLong(at(field));
    }

    void putLong(final int field, final long value) {
        UnsafeApi.putLong(at(field), value);
    }
}
