package dev.weir.dataplane.table;

/**
 * {@code weir_fdb}: to whom a frame is given that another container of the same bridge sends, past
 * the bridge. Nothing is, before {@link EndpointTable#bridge} says so of the sender and {@link
 * Redirection#renew} of all. Single writer.
 */
public interface ForwardingTable {
    /**
     * Frames for the station are the endpoint's, at this interface.
     *
     * @throws TableFullException if the bucket's four ways are taken by others
     */
    void put(Station station, int ifIndex, int number);

    /** Nobody's any more; right when it was nobody's before. */
    void remove(Station station);

    /** Nobody is anywhere. */
    void clear();
}
