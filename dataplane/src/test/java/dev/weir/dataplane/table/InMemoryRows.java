package dev.weir.dataplane.table;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the row tables have in common. */
final class InMemoryRows<K, V> {
    private final Map<K, V> rows = new HashMap<>();
    private final String name;
    private final int capacity;

    InMemoryRows(final String name, final int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    int capacity() {
        return capacity;
    }

    int size() {
        return rows.size();
    }

    void putAll(final Map<K, V> added) {
        final Set<K> all = new HashSet<>(rows.keySet());
        all.addAll(added.keySet());
        if (all.size() > capacity) {
            throw new TableFullException(name, all.size(), capacity);
        }
        rows.putAll(added);
    }

    void removeAll(final Iterable<K> keys) {
        keys.forEach(rows::remove);
    }

    Map<K, V> readAll() {
        return new HashMap<>(rows);
    }
}
