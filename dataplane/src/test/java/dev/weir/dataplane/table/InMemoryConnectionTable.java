package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/** {@link ConnectionTable} without a kernel: forgets the oldest when it is full. */
public final class InMemoryConnectionTable implements ConnectionTable {
    private final Map<FlowKey, Connection> connections = new LinkedHashMap<>();
    private final int capacity;
    private int walks;

    public InMemoryConnectionTable(final int capacity) {
        this.capacity = capacity;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int used() {
        return connections.size();
    }

    @Override
    public boolean insert(final FlowKey key, final Connection connection, final int now) {
        if (connections.size() == capacity && !connections.containsKey(key)) {
            connections.remove(connections.keySet().iterator().next());
        }
        final Connection known = connections.get(key);
        if (known != null && known.expires() - now >= 0) {
            return false;
        }
        connections.put(key, connection);
        return true;
    }

    @Override
    public void readAll(final int now, final Visitor visitor) {
        connections.forEach(
                (key, connection) -> {
                    if (connection.expires() - now >= 0) {
                        visitor.onConnection(key, connection);
                    }
                });
    }

    @Override
    public Sweep sweep(final int now) {
        final int seen = connections.size();
        return new Sweep(seen, remove((key, connection) -> connection.expires() - now < 0));
    }

    @Override
    public int removeEndpoints(final IntPredicate gone) {
        walks++;
        return remove((key, connection) -> gone.test(key.endpoint()));
    }

    /** Calls of {@link #removeEndpoints}: each is a walk through the whole table. */
    public int walks() {
        return walks;
    }

    private int remove(final BiPredicate<FlowKey, Connection> which) {
        final int before = connections.size();
        connections.entrySet().removeIf(entry -> which.test(entry.getKey(), entry.getValue()));
        return before - connections.size();
    }
}
