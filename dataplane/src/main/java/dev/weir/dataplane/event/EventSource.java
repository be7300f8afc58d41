package dev.weir.dataplane.event;

/** The reading end of {@code weir_events} or {@code weir_dns}; one thread polls. */
public interface EventSource {
    /** {@code WEIR_EVENT_FLOW_EVICTED}. */
    int FLOW_EVICTED = 1;

    /** {@code WEIR_EVENT_DENIED_EVICTED}. */
    int DENIED_EVICTED = 2;

    /** {@code WEIR_EVENT_DNS}. */
    int DNS = 3;

    /**
     * Hands over up to {@code limit} records, oldest first; never blocks.
     *
     * @return how many
     */
    int poll(EventHandler handler, int limit);

    /** Bytes that wait to be read. */
    long pending();

    /** Size of the ring in bytes. */
    long capacity();
}
