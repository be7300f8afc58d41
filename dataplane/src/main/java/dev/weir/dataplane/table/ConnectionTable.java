package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FlowKey;
import java.util.function.IntPredicate;

/**
 * {@code weir_conntrack}: who opened a connection and what was decided. The programs write it too;
 * from Java one thread at a time. Times are jiffies, low 32 bits.
 */
public interface ConnectionTable {
    int capacity();

    /** Connections there were at the last sweep; any thread may ask. */
    int used();

    /**
     * Enters a connection that was open before its endpoint was attached.
     *
     * @return false when the programs know it already: theirs stays
     */
    boolean insert(FlowKey key, Connection connection, int now);

    /** Shows every connection whose time is not over; what changes meanwhile may be missed. */
    void readAll(int now, Visitor visitor);

    /** Frees what was idle for too long, so that its time may not seem to come round again. */
    Sweep sweep(int now);

    /**
     * Forgets every connection of some endpoints, in one walk through the table.
     *
     * @param gone their numbers
     * @return how many connections there were
     */
    int removeEndpoints(IntPredicate gone);

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
