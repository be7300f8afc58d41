package dev.weir.dataplane.netlink;

/** Hears of changes in a namespace. */
public interface NetworkListener {
    /** A link was made or changed. */
    void onLink(NetworkLink link);

    void onLinkRemoved(NetworkLink link);

    void onAddress(NetworkAddress address);

    void onAddressRemoved(NetworkAddress address);

    /** A queueing discipline or a filter of the interface came, changed or went. */
    void onTrafficControl(int ifIndex);

    /** The kernel dropped messages: read everything anew. */
    void onOverrun();
}
