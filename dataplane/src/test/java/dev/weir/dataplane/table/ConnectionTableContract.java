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
    static final int CAPACITY = 20_000;

    private static final IdleLimits LIMITS = new IdleLimits(60, 28_800, 10, 30, 180, 11, 61);

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

    private static Connection connection(final int lastSeen, final TcpState state) {
        return Connection.adopted(3, 7, 300, lastSeen, Direction.EGRESS, state);
    }

    private Map<FlowKey, Connection> all() {
        final Map<FlowKey, Connection> all = new HashMap<>();
        table().readAll(all::put);
        return all;
    }

    @Test
    void shouldReadBackAnAdoptedConnection() {
        final Connection connection = connection(-5, TcpState.ESTABLISHED);

        assertThat(table().insert(key(1, 65_535, 6), connection)).isTrue();

        assertThat(all()).isEqualTo(Map.of(key(1, 65_535, 6), connection));
    }

    @Test
    void shouldLeaveAConnectionThatIsKnownAlready() {
        final Connection first = connection(1, TcpState.ESTABLISHED);
        table().insert(key(1, 1, 6), first);

        assertThat(table().insert(key(1, 1, 6), connection(2, TcpState.CLOSED))).isFalse();

        assertThat(all()).containsEntry(key(1, 1, 6), first);
    }

    @Test
    void shouldSweepWhatWasIdleForLongerThanItsLimit() {
        final int now = 5; // the counter has just wrapped
        table().insert(key(1, 1, 6), connection(now - 60, TcpState.SYN_SENT));
        table().insert(key(1, 2, 6), connection(now - 61, TcpState.SYN_SENT));
        table().insert(key(1, 3, 6), connection(now - 28_800, TcpState.ESTABLISHED));
        table().insert(key(1, 4, 6), connection(now - 61, TcpState.CLOSING));
        table().insert(key(1, 5, 6), connection(now - 11, TcpState.CLOSED));
        table().insert(key(1, 6, 17), connection(now - 180, TcpState.NONE));
        table().insert(key(1, 7, 17), connection(now - 181, TcpState.NONE));
        table().insert(key(1, 8, 1), connection(now - 12, TcpState.NONE));
        table().insert(key(1, 9, 132), connection(now - 61, TcpState.NONE));

        final ConnectionTable.Sweep sweep = table().sweep(LIMITS, now);

        assertThat(sweep).isEqualTo(new ConnectionTable.Sweep(9, 5));
        assertThat(all().keySet()).extracting(FlowKey::localPort).containsOnly(1, 3, 6, 9);
    }

    @Test
    void shouldSweepMoreThanOneBatch() {
        for (int i = 0; i < 10_000; i++) {
            table().insert(key(1, i, 17), connection(i % 2 == 0 ? 0 : 1000, TcpState.NONE));
        }

        final ConnectionTable.Sweep sweep = table().sweep(LIMITS, 1000);

        assertThat(sweep.removed()).isEqualTo(5_000);
        assertThat(all()).hasSize(5_000);
    }

    @Test
    void shouldForgetOneEndpointOnly() {
        table().insert(key(1, 1, 6), connection(1, TcpState.ESTABLISHED));
        table().insert(key(1, 2, 6), connection(1, TcpState.ESTABLISHED));
        table().insert(key(513, 1, 6), connection(1, TcpState.ESTABLISHED));

        assertThat(table().removeEndpoint(1)).isEqualTo(2);

        assertThat(all().keySet()).containsOnly(key(513, 1, 6));
        assertThat(table().removeEndpoint(1)).isZero();
    }
}
