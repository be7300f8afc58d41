package dev.weir.dataplane.event;

import org.agrona.DirectBuffer;

/** {@code weir_events}: entries of the caches that made room for others. */
public final class EvictionLogs implements EventSource {
    private final CpuLogs logs;
    private final RecordHandler toEvent = this::event;
    private EventHandler events;

    /** Over logs of {@code union weir_eviction}. */
    public EvictionLogs(final CpuLogs logs) {
        this.logs = logs;
    }

    @Override
    public int poll(final EventHandler handler, final int limit) {
        events = handler;
        return logs.poll(toEvent, limit);
    }

    private void event(final DirectBuffer record, final int at, final int length) {
        EventSource.deliver(record, at, events);
    }

    @Override
    public long pending() {
        return logs.pending();
    }

    @Override
    public long capacity() {
        return logs.capacity();
    }
}
