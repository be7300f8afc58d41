package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowKey;

/**
 * {@code weir_conntrack}: who opened a connection and what was decided. The programs write it too;
 * from Java one thread at a time.
 */
public interface ConnectionTable {
    int capacity();

    /**
     * Enters a connection that was open before its endpoint was attached.
     *
     * @return false when the programs know it already: theirs stays
     */
    boolean insert(FlowKey key, Connection connection);

    /** Shows every connection, batch by batch; what changes meanwhile may show up twice or not. */
    void readAll(Visitor visitor);

    /**
     * Removes what was idle for too long.
     *
     * @param limits as in {@link ControlTable#idleLimits()}
     * @param now jiffies, low 32 bits
     */
    Sweep sweep(IdleLimits limits, int now);

    /** Forgets every connection of the endpoint; returns how many there were. */
    int removeEndpoint(int endpoint);

    /** Takes one connection; both records are its own to keep. */
    @FunctionalInterface
    interface Visitor {
        void onConnection(FlowKey key, Connection connection);
    }

    /**
     * What a sweep did.
     *
     * @param seen connections there were
     * @param removed of these
     */
    record Sweep(int seen, int removed) {}
}
