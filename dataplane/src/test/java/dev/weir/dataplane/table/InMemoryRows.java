package dev.weir.dataplane.table;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the row tables have in common. */
abstract class InMemoryRows<K, V> implements RowTable<K, V> {
    private final Map<K, V> rows = new HashMap<>();
    private final String name;
    private final int capacity;

    InMemoryRows(final String name, final int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    @Override
    public final int capacity() {
        return capacity;
    }

    @Override
    public final int size() {
        return rows.size();
    }

    @Override
    public final void putAll(final Map<K, V> added) {
        final Set<K> all = new HashSet<>(rows.keySet());
        all.addAll(added.keySet());
        if (all.size() > capacity) {
            throw new TableFullException(name, all.size(), capacity);
        }
        rows.putAll(added);
    }

    @Override
    public final void removeAll(final Iterable<K> keys) {
        keys.forEach(rows::remove);
    }

    @Override
    public final Map<K, V> readAll() {
        return new HashMap<>(rows);
    }
}
