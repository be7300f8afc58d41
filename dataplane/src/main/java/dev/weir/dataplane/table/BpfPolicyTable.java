package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import java.util.Map;

/** {@link PolicyTable} over {@code weir_policy}. */
public final class BpfPolicyTable implements PolicyTable {
    private final BpfRowTable<PolicyKey, PolicyRow> rows;

    /** Over a map that the caller closes. */
    public BpfPolicyTable(final BpfMap map) {
        map.expect(MapType.HASH, RowLayout.KEY_LENGTH, RowLayout.ROW_LENGTH);
        rows = new BpfRowTable<>(map, new PolicyCodec());
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
