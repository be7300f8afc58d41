package dev.weir.dataplane.event;

import org.agrona.DirectBuffer;

/** Takes one record of a log or a ring; must not keep the buffer. */
@FunctionalInterface
public interface EventHandler {
    /**
     * One record.
     *
     * @param type {@link EventSource#FLOW_EVICTED}, {@link EventSource#DENIED_EVICTED} or {@link
     *     EventSource#DNS}
     * @param cpu whose region the entry was in, or that saw the message
     * @param slot index of the entry in that region; of DNS 0
     * @param buffer holds the entry as it was, struct weir_flow or struct weir_denied, or the
     *     message, {@link dev.weir.dataplane.layout.DnsLayout}
     * @param offset of the entry in {@code buffer}
     */
    void onEvent(int type, int cpu, int slot, DirectBuffer buffer, int offset);
}
