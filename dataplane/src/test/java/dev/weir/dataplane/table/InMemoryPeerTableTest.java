package dev.weir.dataplane.table;

class InMemoryPeerTableTest extends PeerTableContract {
    private final InMemoryPeerTable table = new InMemoryPeerTable(CAPACITY);

    @Override
    PeerTable table() {
        return table;
    }
}
