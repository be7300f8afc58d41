package dev.weir.dataplane.netlink;

/** Hears of link and address changes in a namespace; one thread polls. */
public final class NetworkMonitor implements AutoCloseable {
    private NetworkMonitor() {}

    /** Subscribes in the namespace; from here on nothing is missed without an overrun. */
    public static NetworkMonitor open(final NetworkNamespace namespace) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Hands over what has come, and waits up to {@code timeoutMillis} if nothing has.
     *
     * @param timeoutMillis 0 = do not wait, -1 = for ever
     * @return how many messages there were
     */
    public int poll(final NetworkListener listener, final int timeoutMillis) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("not yet");
    }
}
