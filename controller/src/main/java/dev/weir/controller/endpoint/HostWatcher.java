package dev.weir.controller.endpoint;

import dev.weir.dataplane.netlink.NetworkAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.netlink.NetworkListener;
import dev.weir.dataplane.netlink.NetworkMonitor;
import org.agrona.concurrent.Agent;

/**
 * Tells when a link is gone or renamed, and when the node's addresses change; one thread. Blocks in
 * the kernel while nothing happens.
 */
public final class HostWatcher implements Agent {
    private static final int POLL_MILLIS = 1_000;

    private final NetworkMonitor monitor;
    private final Events events;
    private boolean addressesChanged;
    private volatile boolean stopping;

    /** Where the news go; called on the watcher's thread. */
    public interface Events {
        void linkGone(int ifIndex);

        void linkChanged(NetworkLink link);

        /** A queueing discipline or a filter of the link came, changed or went. */
        void trafficControlChanged(int ifIndex);

        /** Some address of the node came or went: read them all. */
        void addressesChanged();

        /** News were lost: compare everything. */
        void newsLost();
    }

    /** Over a monitor of the agent's namespace; {@link #onClose} closes it. */
    public HostWatcher(final NetworkMonitor monitor, final Events events) {
        this.monitor = monitor;
        this.events = events;
    }

    @Override
    public int doWork() {
        final int messages = monitor.poll(new Listener(), stopping ? 0 : POLL_MILLIS);
        if (addressesChanged) {
            addressesChanged = false;
            events.addressesChanged();
        }
        return messages;
    }

    /** From any thread: it waits no longer. */
    public void stop() {
        stopping = true;
        monitor.wake();
    }

    @Override
    public void onClose() {
        monitor.close();
    }

    @Override
    public String roleName() {
        return "weir-host-watcher";
    }

    private final class Listener implements NetworkListener {
        @Override
        public void onLink(final NetworkLink link) {
            events.linkChanged(link);
        }

        @Override
        public void onLinkRemoved(final NetworkLink link) {
            events.linkGone(link.ifIndex());
        }

        @Override
        public void onAddress(final NetworkAddress address) {
            addressesChanged = true;
        }

        @Override
        public void onAddressRemoved(final NetworkAddress address) {
            addressesChanged = true;
        }

        @Override
        public void onTrafficControl(final int ifIndex) {
            events.trafficControlChanged(ifIndex);
        }

        @Override
        public void onOverrun() {
            events.newsLost();
        }
    }
}
