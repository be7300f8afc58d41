package dev.weir.dataplane.table;

class InMemoryConnectionTableTest extends ConnectionTableContract {
    private final InMemoryConnectionTable table = new InMemoryConnectionTable(CAPACITY);

    @Override
    ConnectionTable table() {
        return table;
    }
}
