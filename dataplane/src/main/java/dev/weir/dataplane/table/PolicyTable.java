package dev.weir.dataplane.table;

/** {@code weir_policy}. Single writer. */
public interface PolicyTable extends RowTable<PolicyKey, PolicyRow> {}
