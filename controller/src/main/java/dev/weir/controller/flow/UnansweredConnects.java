package dev.weir.controller.flow;

import dev.weir.dataplane.layout.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who asked for connections that nobody answered: policy may have denied them, and denied traffic
 * has rows without the ports that a container chooses. The oldest make room. One thread at a time.
 */
final class UnansweredConnects {
    private static final int MOST = 4_096;

    /**
     * A socket's ends.
     *
     * @param netns cookie
     */
    record Ends(long netns, IpAddress local, int localPort, IpAddress remote, int remotePort) {}

    private record Asked(FlowProcess process, long from, long until) {}

    private long pushedOut;

    private final Map<Ends, Asked> asked =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(final Map.Entry<Ends, Asked> eldest) {
                    final boolean full = size() > MOST;
                    pushedOut += full ? 1 : 0;
                    return full;
                }
            };

    /** The process had a socket with these ends from {@code from} to {@code until}, in jiffies. */
    void put(final Ends ends, final FlowProcess process, final long from, final long until) {
        asked.remove(ends);
        asked.put(ends, new Asked(process, from, until));
    }

    /** Who had it at that time, give or take some jiffies at the end; null if nobody knows. */
    FlowProcess find(final Ends ends, final long when, final int slack) {
        final Asked one = asked.get(ends);
        return one != null && one.from <= when && when <= one.until + slack ? one.process : null;
    }

    /** How many were forgotten. */
    long pushedOut() {
        return pushedOut;
    }
}
