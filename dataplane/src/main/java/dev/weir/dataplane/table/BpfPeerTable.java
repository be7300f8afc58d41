package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import java.util.Map;

/** {@link PeerTable} over {@code weir_peers}. */
public final class BpfPeerTable implements PeerTable {
    private final BpfRowTable<IpAddress, PeerRow> rows;

    /** Over a map that the caller closes. */
    public BpfPeerTable(final BpfMap map) {
        map.expect(MapType.HASH, RowLayout.ADDRESS_LENGTH, RowLayout.PEER_LENGTH);
        rows = new BpfRowTable<>(map, new PeerCodec());
    }

    @Override
    public int capacity() {
        return rows.capacity();
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public void putAll(final Map<IpAddress, PeerRow> added) {
        rows.putAll(added);
    }

    @Override
    public void removeAll(final Iterable<IpAddress> addresses) {
        rows.removeAll(addresses);
    }

    @Override
    public Map<IpAddress, PeerRow> readAll() {
        return rows.readAll();
    }
}
