package dev.weir.dataplane.capture;

import dev.weir.dataplane.layout.CaptureLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.Reason;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Flyweight over {@code struct weir_captured} and the bytes after it; good until the next one. */
public final class CapturedPacket {
    /** Destination and source MAC, after which a VLAN tag belongs. */
    private static final int ADDRESSES = 12;

    private static final int TAG = 4;

    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);
    private final FlowKeyView key = new FlowKeyView(keyBytes, 0);
    private DirectBuffer buffer;
    private int base;

    CapturedPacket at(final DirectBuffer record, final int offset) {
        buffer = record;
        base = offset;
        keyBytes.wrap(record, offset + CaptureLayout.KEY_OFFSET, FlowKeyView.LENGTH);
        return this;
    }

    /** CLOCK_MONOTONIC when it passed the veth. */
    public long monotonicNanos() {
        return buffer.getLong(base + CaptureLayout.KTIME_OFFSET);
    }

    /** Bytes of the frame as it was, tag included; what segmentation is to split counts as one. */
    public int length() {
        return buffer.getInt(base + CaptureLayout.LENGTH_OFFSET) + tagLength();
    }

    /** Of the rule that decided, 0 = none. */
    public int rule() {
        return buffer.getInt(base + CaptureLayout.RULE_OFFSET);
    }

    /** Number of the container's endpoint. */
    public int endpoint() {
        return key.endpoint();
    }

    /** The flow it belongs to, as far as the packet was understood; good until the next one. */
    public FlowKeyView key() {
        return key;
    }

    /** As in the header; 0 for other protocols. */
    public int tcpFlags() {
        return buffer.getByte(base + CaptureLayout.TCP_FLAGS_OFFSET) & 0xFF;
    }

    public Direction direction() {
        return Direction.of(buffer.getByte(base + CaptureLayout.DIRECTION_OFFSET));
    }

    public Reason reason() {
        return Reason.of(buffer.getByte(base + CaptureLayout.REASON_OFFSET));
    }

    /** Packets on the wire that this one stands for. */
    public int segments() {
        return buffer.getInt(base + CaptureLayout.SEGMENTS_OFFSET);
    }

    /** The first bytes from the Ethernet header on, with the VLAN tag where it was; a copy. */
    public byte[] bytes() {
        final int captured = buffer.getInt(base + CaptureLayout.CAPTURED_OFFSET);
        final int start = base + CaptureLayout.RECORD_LENGTH;
        final int tag = captured < ADDRESSES ? 0 : tagLength();
        final byte[] bytes = new byte[captured + tag];
        if (tag == 0) {
            buffer.getBytes(start, bytes);
            return bytes;
        }
        buffer.getBytes(start, bytes, 0, ADDRESSES);
        buffer.getBytes(base + CaptureLayout.VLAN_PROTOCOL_OFFSET, bytes, ADDRESSES, 2);
        final short vlan =
                buffer.getShort(base + CaptureLayout.VLAN_OFFSET, ByteOrder.nativeOrder());
        bytes[ADDRESSES + 2] = (byte) (vlan >> 8);
        bytes[ADDRESSES + 3] = (byte) vlan;
        buffer.getBytes(start + ADDRESSES, bytes, ADDRESSES + TAG, captured - ADDRESSES);
        return bytes;
    }

    private int tagLength() {
        return buffer.getShort(base + CaptureLayout.VLAN_PROTOCOL_OFFSET) == 0 ? 0 : TAG;
    }
}
