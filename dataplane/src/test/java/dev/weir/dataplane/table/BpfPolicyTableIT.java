package dev.weir.dataplane.table;

import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@KernelTest
class BpfPolicyTableIT extends PolicyTableContract {
    private BpfMap map;
    private PolicyTable table;

    @BeforeEach
    void open() {
        map = TableSpec.POLICY.create(CAPACITY);
        table = new BpfPolicyTable(map);
    }

    @AfterEach
    void close() {
        map.close();
    }

    @Override
    PolicyTable table() {
        return table;
    }
}
