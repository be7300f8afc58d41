package dev.weir.controller.flow;

import dev.weir.dataplane.layout.FlowKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose packets were denied. Denied traffic has rows without the ports that a container chooses, so
 * it is kept by the whole key of the packet that was told of. The oldest make room. One thread at a
 * time.
 */
final class DeniedProcesses {
    private static final int MOST = 4_096;

    private record Sender(FlowProcess process, long seen) {}

    private long pushedOut;

    private final Map<FlowKey, Sender> senders =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(final Map.Entry<FlowKey, Sender> eldest) {
                    final boolean full = size() > MOST;
                    pushedOut += full ? 1 : 0;
                    return full;
                }
            };

    /** A packet with this key was denied at {@code seen}, in jiffies. */
    void put(final FlowKey key, final FlowProcess process, final long seen) {
        senders.remove(key);
        senders.put(key, new Sender(process, seen));
    }

    /**
     * Whose packet it was that was denied at {@code when}; null if nobody knows, or if that socket
     * was last told of more than {@code most} jiffies before.
     */
    FlowProcess find(final FlowKey key, final long when, final long most) {
        final Sender sender = senders.get(key);
        return sender != null && sender.seen <= when && when - sender.seen <= most
                ? sender.process
                : null;
    }

    /** The number is another container's from now on. */
    void forget(final int endpoint) {
        senders.keySet().removeIf(key -> key.endpoint() == endpoint);
    }

    /** How many were forgotten for want of room. */
    long pushedOut() {
        return pushedOut;
    }
}
