package dev.weir.dataplane.event;

import dev.weir.dataplane.layout.EventLayout;
import org.agrona.DirectBuffer;

/** The reading end of {@code weir_events} or {@code weir_dns}; one thread polls. */
public interface EventSource {
    /** {@code WEIR_EVENT_FLOW_EVICTED}. */
    int FLOW_EVICTED = 1;

    /** {@code WEIR_EVENT_DENIED_EVICTED}. */
    int DENIED_EVICTED = 2;

    /** {@code WEIR_EVENT_DNS}. */
    int DNS = 3;

    /**
     * Hands over up to {@code limit} records, each CPU's oldest first; never blocks.
     *
     * @return how many
     */
    int poll(EventHandler handler, int limit);

    /** What waits to be read: of {@code weir_events} records, of {@code weir_dns} bytes. */
    long pending();

    /** The most that can wait, likewise. */
    long capacity();

    /** Hands the record at {@code at} to {@code handler}: {@code struct weir_event} begins it. */
    static void deliver(final DirectBuffer record, final int at, final EventHandler handler) {
        handler.onEvent(
                record.getInt(at + EventLayout.TYPE_OFFSET),
                record.getInt(at + EventLayout.CPU_OFFSET),
                record.getInt(at + EventLayout.SLOT_OFFSET),
                record,
                at + EventLayout.HEAD_LENGTH);
    }
}
