package dev.weir.dataplane.layout;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Flyweight over {@code struct weir_flow_key} inside another struct's bytes: a flow as seen from
 * the container.
 */
public final class FlowKeyView {
    public static final int LENGTH = 40;

    static final int LOCAL_OFFSET = 0;
    static final int REMOTE_OFFSET = 16;
    static final int LOCAL_PORT_OFFSET = 32;
    static final int REMOTE_PORT_OFFSET = 34;
    public static final int ENDPOINT_OFFSET = 36;
    public static final int PROTOCOL_OFFSET = 38;
    static final int ZERO_OFFSET = 39;

    private final MutableDirectBuffer buffer;
    private int base;

    /** A view of {@code buffer}, wherever that is wrapped. */
    public FlowKeyView(final MutableDirectBuffer buffer, final int base) {
        this.buffer = buffer;
        this.base = base;
    }

    /** Moves the view to another key in the same buffer. */
    public FlowKeyView at(final int offset) {
        base = offset;
        return this;
    }

    /** First half of the local address, network order as a number. */
    public long localHigh() {
        return buffer.getLong(base + LOCAL_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public long localLow() {
        return buffer.getLong(base + LOCAL_OFFSET + 8, ByteOrder.BIG_ENDIAN);
    }

    public long remoteHigh() {
        return buffer.getLong(base + REMOTE_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public long remoteLow() {
        return buffer.getLong(base + REMOTE_OFFSET + 8, ByteOrder.BIG_ENDIAN);
    }

    public IpAddress local() {
        return new IpAddress(localHigh(), localLow());
    }

    public IpAddress remote() {
        return new IpAddress(remoteHigh(), remoteLow());
    }

    public int localPort() {
        return buffer.getShort(base + LOCAL_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    public int remotePort() {
        return buffer.getShort(base + REMOTE_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    public int endpoint() {
        return buffer.getShort(base + ENDPOINT_OFFSET) & 0xFFFF;
    }

    public int protocol() {
        return buffer.getByte(base + PROTOCOL_OFFSET) & 0xFF;
    }

    /** The key as a record; allocates. */
    public FlowKey toKey() {
        return new FlowKey(endpoint(), local(), remote(), localPort(), remotePort(), protocol());
    }

    /** Writes all of the key. */
    public FlowKeyView set(final FlowKey key) {
        buffer.putLong(base + LOCAL_OFFSET, key.local().high(), ByteOrder.BIG_ENDIAN);
        buffer.putLong(base + LOCAL_OFFSET + 8, key.local().low(), ByteOrder.BIG_ENDIAN);
        buffer.putLong(base + REMOTE_OFFSET, key.remote().high(), ByteOrder.BIG_ENDIAN);
        buffer.putLong(base + REMOTE_OFFSET + 8, key.remote().low(), ByteOrder.BIG_ENDIAN);
        buffer.putShort(base + LOCAL_PORT_OFFSET, (short) key.localPort(), ByteOrder.BIG_ENDIAN);
        buffer.putShort(base + REMOTE_PORT_OFFSET, (short) key.remotePort(), ByteOrder.BIG_ENDIAN);
        buffer.putShort(base + ENDPOINT_OFFSET, (short) key.endpoint());
        buffer.putByte(base + PROTOCOL_OFFSET, (byte) key.protocol());
        buffer.putByte(base + ZERO_OFFSET, (byte) 0);
        return this;
    }
}
