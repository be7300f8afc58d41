package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;
import java.util.Map;

/** {@code weir_peers}: exact addresses, both families. Single writer. */
public interface PeerTable {
    int capacity();

    int size();

    void putAll(Map<IpAddress, PeerRow> rows);

    void removeAll(Iterable<IpAddress> addresses);

    /** A copy of what the kernel holds. */
    Map<IpAddress, PeerRow> readAll();
}
