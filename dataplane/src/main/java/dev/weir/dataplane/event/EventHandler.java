package dev.weir.dataplane.event;

import org.agrona.DirectBuffer;

/** Takes one record of {@code weir_events}; must not keep the buffer. */
@FunctionalInterface
public interface EventHandler {
    /**
     * One record.
     *
     * @param type {@link EventSource#FLOW_EVICTED} or {@link EventSource#DENIED_EVICTED}
     * @param cpu whose region the entry was in
     * @param slot index of the entry in that region
     * @param buffer holds the entry as it was: struct weir_flow or struct weir_denied
     * @param offset of the entry in {@code buffer}
     */
    void onEvent(int type, int cpu, int slot, DirectBuffer buffer, int offset);
}
