package dev.weir.dataplane.table;

/** {@link PolicyTable} without a kernel. */
public final class InMemoryPolicyTable extends InMemoryRows<PolicyKey, PolicyRow>
        implements PolicyTable {
    public InMemoryPolicyTable(final int capacity) {
        super("weir_policy", capacity);
    }
}
