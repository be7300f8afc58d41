package dev.weir.dataplane.table;

import java.util.Map;

/** A hash map as rows, each under its own key. Single writer. */
public interface RowTable<K, V> {
    /** Rows it can hold. */
    int capacity();

    int size();

    /**
     * Writes all rows, in batches.
     *
     * @throws TableFullException if the kernel had no room; the caller checks before it writes
     */
    void putAll(Map<K, V> rows);

    /** Keys that are not there are passed over. */
    void removeAll(Iterable<K> keys);

    /** A copy of what the kernel holds. */
    Map<K, V> readAll();
}
