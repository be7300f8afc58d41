package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;

/** {@link PeerTable} without a kernel. */
public final class InMemoryPeerTable extends InMemoryRows<IpAddress, PeerRow> implements PeerTable {
    public InMemoryPeerTable(final int capacity) {
        super("weir_peers", capacity);
    }
}
