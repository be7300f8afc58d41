package dev.weir.dataplane.table;

import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@KernelTest
class BpfCidrTableIT extends CidrTableContract {
    private BpfMap v4;
    private BpfMap v6;
    private CidrTable table;

    @BeforeEach
    void open() {
        v4 = TableSpec.CIDRS_V4.create(CAPACITY);
        v6 = TableSpec.CIDRS_V6.create(CAPACITY);
        table = new BpfCidrTable(v4, v6);
    }

    @AfterEach
    void close() {
        v4.close();
        v6.close();
    }

    @Override
    CidrTable table() {
        return table;
    }
}
