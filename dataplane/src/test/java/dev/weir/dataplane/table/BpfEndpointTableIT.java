package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@KernelTest
class BpfEndpointTableIT extends EndpointTableContract {
    private BpfMap endpoints;
    private BpfMap interfaces;
    private MappedMemory endpointMemory;
    private MappedMemory interfaceMemory;
    private EndpointTable table;

    @BeforeEach
    void open() {
        endpoints = TableSpec.ENDPOINTS.create(CAPACITY);
        interfaces = TableSpec.INTERFACES.create(1);
        endpointMemory = MappedMemory.ofArray(endpoints);
        interfaceMemory = MappedMemory.ofArray(interfaces);
        table =
                new BpfEndpointTable(
                        endpointMemory.view(0, CAPACITY * EndpointLayout.LENGTH),
                        interfaceMemory.view(0, CAPACITY * EndpointLayout.INTERFACE_BUCKET_LENGTH));
    }

    @AfterEach
    void close() {
        endpointMemory.close();
        interfaceMemory.close();
        endpoints.close();
        interfaces.close();
    }

    @Override
    EndpointTable table() {
        return table;
    }
}
