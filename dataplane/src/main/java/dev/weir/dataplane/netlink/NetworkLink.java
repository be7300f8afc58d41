package dev.weir.dataplane.netlink;

import dev.weir.dataplane.layout.MacAddress;

/**
 * A network interface (RTM_NEWLINK).
 *
 * @param ifIndex its index in the namespace that was asked
 * @param name its name there
 * @param kind rtnl kind such as {@code veth} or {@code bridge}; empty for hardware and loopback
 * @param peerIndex IFLA_LINK: for a veth the index of the other end in the other end's namespace; 0
 *     = none
 * @param peerNamespaceId IFLA_LINK_NETNSID: this namespace's id for the one of the other end; -1 =
 *     the same namespace
 * @param masterIndex of the bridge or bond it belongs to, 0 = none
 * @param mac null where the link has none of six bytes
 * @param mtu in bytes
 * @param flags IFF_*
 */
public record NetworkLink(
        int ifIndex,
        String name,
        String kind,
        int peerIndex,
        int peerNamespaceId,
        int masterIndex,
        MacAddress mac,
        int mtu,
        int flags) {

    static final int IFF_UP = 1;
    private static final int IFF_LOOPBACK = 8;

    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    public boolean isLoopback() {
        return (flags & IFF_LOOPBACK) != 0;
    }

    public boolean isVeth() {
        return kind.equals("veth");
    }
}
