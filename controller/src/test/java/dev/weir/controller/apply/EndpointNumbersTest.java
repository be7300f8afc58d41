package dev.weir.controller.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.table.Connection;
import dev.weir.dataplane.table.InMemoryConnectionTable;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EndpointNumbersTest {
    private static final int CAPACITY = 5;

    private final InMemoryConnectionTable connections = new InMemoryConnectionTable(64);
    private final EndpointNumbers numbers = new EndpointNumbers(CAPACITY, connections);

    private void connect(final int endpoint) {
        final FlowKey key =
                new FlowKey(
                        endpoint,
                        IpAddress.parse("10.1.0.2"),
                        IpAddress.parse("10.1.0.3"),
                        1,
                        2,
                        6);
        connections.insert(
                key,
                Connection.adopted(1, 2, 3, 4, 1_000, Direction.EGRESS, TcpState.ESTABLISHED),
                4);
    }

    private Set<Integer> connected() {
        final Set<Integer> endpoints = new TreeSet<>();
        connections.readAll(4, (key, connection) -> endpoints.add(key.endpoint()));
        return endpoints;
    }

    @Test
    void shouldForgetAllThatWereRetiredInOneWalk() {
        for (int endpoint = 1; endpoint <= 4; endpoint++) {
            connect(endpoint);
        }
        numbers.retire(1);
        numbers.retire(2);
        numbers.retire(4);
        numbers.forgetRetired();

        assertThat(connected()).containsExactly(3);
        assertThat(connections.walks()).isEqualTo(1);

        numbers.forgetRetired();
        assertThat(connections.walks()).isEqualTo(1); // for nobody it does not walk
    }

    @Test
    void shouldGiveANumberAgainOnlyWhenConntrackHasForgottenIt() {
        connect(1);
        final Set<Integer> taken = new TreeSet<>();
        for (int i = 1; i < CAPACITY; i++) {
            taken.add(numbers.next(taken));
        }
        taken.remove(1);
        numbers.retire(1);

        assertThat(numbers.next(taken)).isEqualTo(1);
        assertThat(connected()).isEmpty();
        taken.add(1);
        assertThatThrownBy(() -> numbers.next(taken))
                .isInstanceOf(ControllerException.class)
                .hasMessageContaining("one more endpoint does not fit");
    }
}
