package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;
import java.util.Map;

/** {@link PeerTable} without a kernel. */
public final class InMemoryPeerTable implements PeerTable {
    private final InMemoryRows<IpAddress, PeerRow> rows;

    public InMemoryPeerTable(final int capacity) {
        rows = new InMemoryRows<>("weir_peers", capacity);
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
