package dev.weir.dataplane.netlink;

import org.agrona.DirectBuffer;

/** Hears of changes to links, addresses and traffic control in a namespace; one thread polls. */
public final class NetworkMonitor implements AutoCloseable {
    /** RTMGRP_LINK, RTMGRP_TC, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR. */
    private static final int GROUPS = 1 | 8 | 0x10 | 0x100;

    private final NetlinkSocket socket;

    private NetworkMonitor(final NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Subscribes in the namespace; from here on nothing is missed without an overrun. */
    public static NetworkMonitor open(final NetworkNamespace namespace) {
        return new NetworkMonitor(namespace.subscription(GROUPS));
    }

    /**
     * Hands over what has come, and waits up to {@code timeoutMillis} if nothing has.
     *
     * @param timeoutMillis 0 = do not wait, -1 = for ever
     * @return how many messages there were
     */
    public int poll(final NetworkListener listener, final int timeoutMillis) {
        int total = 0;
        int messages =
                socket.poll((type, b, at, n) -> dispatch(listener, type, b, at, n), timeoutMillis);
        while (messages != 0) {
            if (messages < 0) {
                listener.onOverrun();
                total++;
            } else {
                total += messages;
            }
            messages = socket.poll((type, b, at, n) -> dispatch(listener, type, b, at, n), 0);
        }
        return total;
    }

    /** Makes a {@link #poll} that waits on another thread return. */
    public void wake() {
        socket.wake();
    }

    private static void dispatch(
            final NetworkListener listener,
            final int type,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        switch (type) {
            case RouteMessages.NEW_LINK ->
                    listener.onLink(RouteMessages.link(buffer, offset, length));
            case RouteMessages.DELETE_LINK ->
                    listener.onLinkRemoved(RouteMessages.link(buffer, offset, length));
            case RouteMessages.NEW_ADDRESS, RouteMessages.DELETE_ADDRESS -> {
                final NetworkAddress address = RouteMessages.address(buffer, offset, length);
                if (address != null && type == RouteMessages.NEW_ADDRESS) {
                    listener.onAddress(address);
                } else if (address != null) {
                    listener.onAddressRemoved(address);
                }
            }
            case TrafficFilters.NEW_QDISC,
                    TrafficFilters.DELETE_QDISC,
                    TrafficFilters.NEW_FILTER,
                    TrafficFilters.DELETE_FILTER ->
                    listener.onTrafficControl(TrafficFilters.ifIndex(buffer, offset));
            default -> {}
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
