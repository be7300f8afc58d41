package dev.weir.dataplane.table;

class InMemoryCidrTableTest extends CidrTableContract {
    private final InMemoryCidrTable table = new InMemoryCidrTable(CAPACITY);

    @Override
    CidrTable table() {
        return table;
    }
}
