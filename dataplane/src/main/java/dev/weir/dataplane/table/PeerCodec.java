package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.RowLayout;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** {@code struct weir_address} to {@code struct weir_peer}. */
final class PeerCodec implements RowCodec<IpAddress, PeerRow> {
    @Override
    public void putKey(final MutableDirectBuffer buffer, final int offset, final IpAddress key) {
        buffer.putLong(offset, key.high(), ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + Long.BYTES, key.low(), ByteOrder.BIG_ENDIAN);
    }

    @Override
    public IpAddress key(final DirectBuffer buffer, final int offset) {
        return new IpAddress(
                buffer.getLong(offset, ByteOrder.BIG_ENDIAN),
                buffer.getLong(offset + Long.BYTES, ByteOrder.BIG_ENDIAN));
    }

    @Override
    public void putValue(final MutableDirectBuffer buffer, final int offset, final PeerRow row) {
        put(buffer, offset, row);
    }

    @Override
    public PeerRow value(final DirectBuffer buffer, final int offset) {
        return get(buffer, offset);
    }

    static void put(final MutableDirectBuffer buffer, final int offset, final PeerRow row) {
        buffer.putInt(offset + RowLayout.PEER_IDENTITY_OFFSET, row.identity());
        buffer.putInt(offset + RowLayout.PEER_PREVIOUS_IDENTITY_OFFSET, row.previousIdentity());
        buffer.putInt(offset + RowLayout.PEER_SINCE_REVISION_OFFSET, row.sinceRevision());
        buffer.putInt(offset + RowLayout.PEER_ENDPOINT_OFFSET, row.endpoint());
    }

    static PeerRow get(final DirectBuffer buffer, final int offset) {
        return new PeerRow(
                buffer.getInt(offset + RowLayout.PEER_IDENTITY_OFFSET),
                buffer.getInt(offset + RowLayout.PEER_PREVIOUS_IDENTITY_OFFSET),
                buffer.getInt(offset + RowLayout.PEER_SINCE_REVISION_OFFSET),
                buffer.getInt(offset + RowLayout.PEER_ENDPOINT_OFFSET));
    }
}
