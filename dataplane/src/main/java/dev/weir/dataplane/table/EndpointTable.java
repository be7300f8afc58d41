package dev.weir.dataplane.table;

import java.util.Optional;

/**
 * {@code weir_endpoints} and {@code weir_interfaces}. Numbers run from 1 to {@link #capacity()} -
 * 1. Single writer.
 */
public interface EndpointTable {
    int capacity();

    /** Writes all of the record but the policy words. */
    void write(int number, EndpointRow row);

    /** The record of {@code number}, empty if it was never written or was cleared. */
    Optional<EndpointRow> read(int number);

    /** Stores the policy word that holds under revisions of the same parity as {@code revision}. */
    void policy(int number, int revision, EndpointPolicy policy);

    EndpointPolicy policy(int number, int revision);

    /** Ways of the interface's bucket that {@link #bind} may take: 0 when it would throw. */
    int room(int ifIndex);

    /**
     * From here on packets of the interface belong to the endpoint: one 8-byte store.
     *
     * @throws TableFullException if the bucket's four ways are taken by other interfaces
     */
    void bind(int ifIndex, int number);

    /**
     * Says which bridge's frames may be redirected that the interface sends; it is forgotten when
     * the interface is bound anew.
     *
     * @param bridge its number in {@link Station}, 0 = none
     */
    void bridge(int ifIndex, int bridge);

    /** The endpoint number bound to the interface, 0 if none. */
    int bound(int ifIndex);

    void unbind(int ifIndex);

    /** Zeroes the record and its counters' base is kept: counters only grow. */
    void clear(int number);
}
