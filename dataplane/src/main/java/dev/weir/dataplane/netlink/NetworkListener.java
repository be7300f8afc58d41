package dev.weir.dataplane.netlink;

/** Hears of changes in a namespace. */
public interface NetworkListener {
    /** A link was made or changed. */
    void onLink(NetworkLink link);

    void onLinkRemoved(NetworkLink link);

    void onAddress(NetworkAddress address);

    void onAddressRemoved(NetworkAddress address);

    /** The kernel dropped messages: read everything anew. */
    void onOverrun();
}
