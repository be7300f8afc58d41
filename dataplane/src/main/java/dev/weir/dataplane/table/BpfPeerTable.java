package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.map.BpfMap;

/** {@link PeerTable} over {@code weir_peers}. */
public final class BpfPeerTable extends BpfRowTable<IpAddress, PeerRow> implements PeerTable {
    /** Over a map that the caller closes. */
    public BpfPeerTable(final BpfMap map) {
        super(map, RowLayout.ADDRESS_LENGTH, RowLayout.PEER_LENGTH, new PeerCodec());
    }
}
