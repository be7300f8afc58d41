package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpPrefix;
import java.util.Map;

/** {@code weir_cidrs_v4} and {@code weir_cidrs_v6}: longest prefix decides. Single writer. */
public interface CidrTable {
    /** Per family. */
    int capacity();

    int size();

    /** Entries of one family. */
    int size(boolean ipv4);

    void putAll(Map<IpPrefix, PeerRow> rows);

    void removeAll(Iterable<IpPrefix> prefixes);

    /** A copy of what the kernel holds. */
    Map<IpPrefix, PeerRow> readAll();
}
