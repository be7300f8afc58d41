package dev.weir.dataplane.table;

class InMemoryPolicyTableTest extends PolicyTableContract {
    private final InMemoryPolicyTable table = new InMemoryPolicyTable(CAPACITY);

    @Override
    PolicyTable table() {
        return table;
    }
}
