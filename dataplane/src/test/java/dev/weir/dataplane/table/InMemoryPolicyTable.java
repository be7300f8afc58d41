package dev.weir.dataplane.table;

import java.util.Map;

/** {@link PolicyTable} without a kernel. */
public final class InMemoryPolicyTable implements PolicyTable {
    private final InMemoryRows<PolicyKey, PolicyRow> rows;

    public InMemoryPolicyTable(final int capacity) {
        rows = new InMemoryRows<>("weir_policy", capacity);
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
    public void putAll(final Map<PolicyKey, PolicyRow> added) {
        rows.putAll(added);
    }

    @Override
    public void removeAll(final Iterable<PolicyKey> keys) {
        rows.removeAll(keys);
    }

    @Override
    public Map<PolicyKey, PolicyRow> readAll() {
        return rows.readAll();
    }
}
