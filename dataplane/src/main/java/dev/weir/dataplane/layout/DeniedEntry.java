package dev.weir.dataplane.layout;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over {@code struct weir_denied}: denied packets of one (endpoint, addresses, service
 * port, direction, reason). Used like {@link FlowEntry}.
 */
public final class DeniedEntry {
    public static final int LENGTH = 128;

    static final int LOCAL_OFFSET = 0;
    static final int REMOTE_OFFSET = 16;
    static final int SERVICE_PORT_OFFSET = 32;
    static final int ENDPOINT_OFFSET = 34;
    static final int PROTOCOL_OFFSET = 36;
    static final int DIRECTION_OFFSET = 37;
    static final int REASON_OFFSET = 38;
    static final int REVISION_OFFSET = 40;
    static final int RULE_OFFSET = 44;
    static final int REMOTE_IDENTITY_OFFSET = 48;
    static final int FIRST_SEEN_OFFSET = 52;
    static final int LAST_SEEN_OFFSET = 56;
    static final int EPOCH_OFFSET = 60;
    static final int CLIENT_PORT_OFFSET = 64;

    /** When it was last said whose packets these are; of the programs. */
    static final int TOLD_OFFSET = 68;

    static final int PACKETS_OFFSET = 72;
    static final int BYTES_OFFSET = 80;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LENGTH]);

    /** Puts the flyweight over {@link #LENGTH} bytes of {@code source}. */
    public DeniedEntry wrap(final DirectBuffer source, final int offset) {
        buffer.wrap(source, offset, LENGTH);
        return this;
    }

    /**
     * Copies the entry at {@code offset} of a region while the kernel may write: what arrives is of
     * one kind of traffic.
     *
     * @return false when the entry is unused or changes hands right now; this is then undefined
     */
    public boolean copy(final AtomicBuffer region, final int offset) {
        return EpochCopy.copy(region, offset, EPOCH_OFFSET, LENGTH, region, 0, buffer)
                && endpoint() != 0;
    }

    /** Number of the endpoint; 0 = this entry was never used. */
    public int endpoint() {
        return buffer.getShort(ENDPOINT_OFFSET) & 0xFFFF;
    }

    /** First half of the local address, network order as a number. */
    public long localHigh() {
        return buffer.getLong(LOCAL_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public long localLow() {
        return buffer.getLong(LOCAL_OFFSET + 8, ByteOrder.BIG_ENDIAN);
    }

    public long remoteHigh() {
        return buffer.getLong(REMOTE_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public long remoteLow() {
        return buffer.getLong(REMOTE_OFFSET + 8, ByteOrder.BIG_ENDIAN);
    }

    public IpAddress local() {
        return new IpAddress(localHigh(), localLow());
    }

    public IpAddress remote() {
        return new IpAddress(remoteHigh(), remoteLow());
    }

    /** Destination port of the opener's packet, host order. */
    public int servicePort() {
        return buffer.getShort(SERVICE_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /** The other port, of the last packet, host order. */
    public int clientPort() {
        return buffer.getShort(CLIENT_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    public int protocol() {
        return buffer.getByte(PROTOCOL_OFFSET) & 0xFF;
    }

    /** Of the denied packets. */
    public Direction direction() {
        return Direction.of(buffer.getByte(DIRECTION_OFFSET));
    }

    public Reason reason() {
        return Reason.of(buffer.getByte(REASON_OFFSET));
    }

    public int revision() {
        return buffer.getInt(REVISION_OFFSET);
    }

    /** The denying rule, 0 = none. */
    public int rule() {
        return buffer.getInt(RULE_OFFSET);
    }

    public int remoteIdentity() {
        return buffer.getInt(REMOTE_IDENTITY_OFFSET);
    }

    /** Jiffies, low 32 bits. */
    public int firstSeen() {
        return buffer.getInt(FIRST_SEEN_OFFSET);
    }

    /** Jiffies, low 32 bits. */
    public int lastSeen() {
        return buffer.getInt(LAST_SEEN_OFFSET);
    }

    /** As in {@link FlowEntry#epoch()}. */
    public int epoch() {
        return buffer.getIntVolatile(EPOCH_OFFSET);
    }

    public long packets() {
        return buffer.getLong(PACKETS_OFFSET);
    }

    public long bytes() {
        return buffer.getLong(BYTES_OFFSET);
    }
}
