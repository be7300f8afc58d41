package dev.weir.dataplane.table;

import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@KernelTest
class BpfPeerTableIT extends PeerTableContract {
    private BpfMap map;
    private PeerTable table;

    @BeforeEach
    void open() {
        map = TableSpec.PEERS.create(CAPACITY);
        table = new BpfPeerTable(map);
    }

    @AfterEach
    void close() {
        map.close();
    }

    @Override
    PeerTable table() {
        return table;
    }
}
