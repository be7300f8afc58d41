package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.layout.MacAddress;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A wrong one would only make packets slower, and nobody would see it. */
class InterfaceStationTest {
    private static final int IF_INDEX = 5;

    private final UnsafeBuffer interfaces =
            new UnsafeBuffer(new byte[16 * EndpointLayout.INTERFACE_BUCKET_LENGTH]);
    private final BpfEndpointTable table =
            new BpfEndpointTable(
                    new UnsafeBuffer(new byte[16 * EndpointLayout.LENGTH]), interfaces);

    private static EndpointRow row(final String mac) {
        return new EndpointRow(IF_INDEX, MacAddress.parse(mac), 300, 0, List.of());
    }

    private byte[] station() {
        final byte[] station = new byte[8];
        interfaces.getBytes(
                IF_INDEX * EndpointLayout.INTERFACE_BUCKET_LENGTH
                        + EndpointLayout.INTERFACE_STATION_OFFSET,
                station);
        return station;
    }

    @Test
    void shouldBeThatOfTheEndpointAsItLiesInAFrame() {
        table.write(3, row("fe:aa:bb:cc:dd:ee"));
        table.bind(IF_INDEX, 3);

        assertThat(station()).containsExactly(0xFE, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0, 0);
    }

    @Test
    void shouldFollowTheEndpoint() {
        table.write(3, row("02:aa:bb:cc:dd:ee"));
        table.bind(IF_INDEX, 3);
        table.write(3, row("02:00:00:00:00:01"));
        table.write(4, row("02:00:00:00:00:04"));

        assertThat(station()).containsExactly(2, 0, 0, 0, 0, 1, 0, 0);
    }

    @Test
    void shouldKeepTheBridgeWhenTheMacChanges() {
        table.write(3, row("02:aa:bb:cc:dd:ee"));
        table.bind(IF_INDEX, 3);
        table.bridge(IF_INDEX, 0x0201);
        table.write(3, row("02:00:00:00:00:01"));

        assertThat(station()).containsExactly(2, 0, 0, 0, 0, 1, 1, 2);
    }

    @Test
    void shouldForgetTheBridgeWhenTheInterfaceIsBoundAnew() {
        table.write(3, row("02:aa:bb:cc:dd:ee"));
        table.bind(IF_INDEX, 3);
        table.bridge(IF_INDEX, 7);
        table.unbind(IF_INDEX);
        table.bind(IF_INDEX, 3);

        assertThat(station()).endsWith(0, 0);
    }

    @Test
    void shouldBeTheWordOfTheStation() {
        table.write(3, row("02:aa:bb:cc:dd:ee"));
        table.bind(IF_INDEX, 3);
        table.bridge(IF_INDEX, 0xFFFF);

        assertThat(interfaces.getLong(IF_INDEX * EndpointLayout.INTERFACE_BUCKET_LENGTH + 8))
                .isEqualTo(new Station(MacAddress.parse("02:aa:bb:cc:dd:ee"), 0xFFFF).word());
    }
}
