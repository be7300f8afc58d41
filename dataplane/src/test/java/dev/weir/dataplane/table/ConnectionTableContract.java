package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.TcpState;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every connection table must do. */
abstract class ConnectionTableContract {
    static final int CAPACITY = 32_768;

    /** The counter is about to wrap. */
    private static final int NOW = -3;

    abstract ConnectionTable table();

    private static FlowKey key(final int endpoint, final int port, final int protocol) {
        return new FlowKey(
                endpoint,
                IpAddress.parse("10.1.0.2"),
                IpAddress.parse("10.1.0.3"),
                port,
                80,
                protocol);
    }

    private static Connection connection(final int expires, final TcpState state) {
        return Connection.adopted(3, 7, 300, NOW, expires, Direction.EGRESS, state);
    }

    private boolean insert(final FlowKey key, final Connection connection) {
        return table().insert(key, connection, NOW);
    }

    private Map<FlowKey, Connection> all() {
        final Map<FlowKey, Connection> all = new HashMap<>();
        table().readAll(NOW, all::put);
        return all;
    }

    @Test
    void shouldReadBackAnAdoptedConnection() {
        final Connection connection = connection(5, TcpState.ESTABLISHED);

        assertThat(insert(key(1, 65_535, 6), connection)).isTrue();

        assertThat(all()).isEqualTo(Map.of(key(1, 65_535, 6), connection));
    }

    @Test
    void shouldLeaveAConnectionThatIsKnownAlready() {
        final Connection first = connection(1, TcpState.ESTABLISHED);
        insert(key(1, 1, 6), first);

        assertThat(insert(key(1, 1, 6), connection(2, TcpState.CLOSED))).isFalse();

        assertThat(all()).containsEntry(key(1, 1, 6), first);
    }

    @Test
    void shouldTakeThePlaceOfAConnectionWhoseTimeIsOver() {
        insert(key(1, 1, 6), connection(NOW - 1, TcpState.CLOSED));
        final Connection next = connection(2, TcpState.ESTABLISHED);

        assertThat(insert(key(1, 1, 6), next)).isTrue();

        assertThat(all()).isEqualTo(Map.of(key(1, 1, 6), next));
    }

    @Test
    void shouldSweepWhatIsOver() {
        insert(key(1, 1, 6), connection(NOW - 1, TcpState.SYN_SENT));
        insert(key(1, 2, 6), connection(NOW, TcpState.SYN_SENT));
        insert(key(1, 3, 6), connection(4, TcpState.ESTABLISHED));

        assertThat(table().sweep(NOW)).isEqualTo(new ConnectionTable.Sweep(3, 1));

        assertThat(all().keySet()).extracting(FlowKey::localPort).containsOnly(2, 3);
        assertThat(table().used()).isEqualTo(2);
    }

    @Test
    void shouldSweepTheWholeTable() {
        for (int i = 0; i < 10_000; i++) {
            insert(key(1, i, 17), connection(i % 2 == 0 ? NOW : 1000, TcpState.NONE));
        }

        assertThat(table().sweep(NOW + 1).removed()).isEqualTo(5_000);

        assertThat(all()).hasSize(5_000);
    }

    @Test
    void shouldForgetTheEndpointsThatAreGoneOnly() {
        insert(key(1, 1, 6), connection(1, TcpState.ESTABLISHED));
        insert(key(1, 2, 6), connection(1, TcpState.ESTABLISHED));
        insert(key(2, 1, 6), connection(1, TcpState.ESTABLISHED));
        insert(key(513, 1, 6), connection(1, TcpState.ESTABLISHED));

        assertThat(table().removeEndpoints(number -> number < 3)).isEqualTo(3);

        assertThat(all().keySet()).containsOnly(key(513, 1, 6));
        assertThat(table().removeEndpoints(number -> number < 3)).isZero();
    }
}
