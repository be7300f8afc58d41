package dev.weir.dataplane.table;

import java.util.Map;

/** {@code weir_policy}. Single writer. */
public interface PolicyTable {
    int capacity();

    int size();

    /**
     * Writes all rows, in batches.
     *
     * @throws TableFullException if the kernel had no room; the caller checks before it writes
     */
    void putAll(Map<PolicyKey, PolicyRow> rows);

    void removeAll(Iterable<PolicyKey> keys);

    /** A copy of what the kernel holds. */
    Map<PolicyKey, PolicyRow> readAll();
}
