package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpPrefix;
import java.util.HashMap;
import java.util.Map;

/** {@link CidrTable} without a kernel. */
public final class InMemoryCidrTable implements CidrTable {
    private final Map<IpPrefix, PeerRow> rows = new HashMap<>();
    private final int capacity;

    /** So many prefixes a family. */
    public InMemoryCidrTable(final int capacity) {
        this.capacity = capacity;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public int size(final boolean ipv4) {
        return count(rows, ipv4);
    }

    @Override
    public void putAll(final Map<IpPrefix, PeerRow> added) {
        final Map<IpPrefix, PeerRow> all = new HashMap<>(rows);
        all.putAll(added);
        checkRoom("weir_cidrs_v4", count(all, true));
        checkRoom("weir_cidrs_v6", count(all, false));
        rows.putAll(added);
    }

    private void checkRoom(final String name, final int needed) {
        if (needed > capacity) {
            throw new TableFullException(name, needed, capacity);
        }
    }

    private static int count(final Map<IpPrefix, PeerRow> rows, final boolean ipv4) {
        return (int) rows.keySet().stream().filter(prefix -> prefix.isIpv4() == ipv4).count();
    }

    @Override
    public void removeAll(final Iterable<IpPrefix> prefixes) {
        prefixes.forEach(rows::remove);
    }

    @Override
    public Map<IpPrefix, PeerRow> readAll() {
        return new HashMap<>(rows);
    }
}
