package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.map.BpfMap;

/** {@link PolicyTable} over {@code weir_policy}. */
public final class BpfPolicyTable extends BpfRowTable<PolicyKey, PolicyRow> implements PolicyTable {
    /** Over a map that the caller closes. */
    public BpfPolicyTable(final BpfMap map) {
        super(map, RowLayout.KEY_LENGTH, RowLayout.ROW_LENGTH, new PolicyCodec());
    }
}
