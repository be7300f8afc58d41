package dev.weir.dataplane.table;

import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@KernelTest
class BpfConnectionTableIT extends ConnectionTableContract {
    private BpfMap map;
    private ConnectionTable table;

    @BeforeEach
    void open() {
        map = TableSpec.CONNTRACK.create(CAPACITY);
        table = new BpfConnectionTable(map);
    }

    @AfterEach
    void close() {
        map.close();
    }

    @Override
    ConnectionTable table() {
        return table;
    }
}
