package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;

/** {@code weir_peers}: exact addresses, both families. Single writer. */
public interface PeerTable extends RowTable<IpAddress, PeerRow> {}
