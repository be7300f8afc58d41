package dev.weir.dataplane.table;

class InMemoryEndpointTableTest extends EndpointTableContract {
    private final InMemoryEndpointTable table = new InMemoryEndpointTable(CAPACITY);

    @Override
    EndpointTable table() {
        return table;
    }
}
