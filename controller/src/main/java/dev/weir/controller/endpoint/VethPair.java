package dev.weir.controller.endpoint;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.util.List;

/**
 * A container's interface and its end on the host, as the kernel has them.
 *
 * @param containerInterface name inside the container
 * @param mac of the container's side
 * @param addresses of the container's side
 * @param interfaceName name of the host side
 * @param ifIndex of the host side
 * @param hostMac of the host side: random, so it tells a veth from a later one with its index
 * @param netns path that it was found by
 * @param netnsInode inode of the container's namespace
 * @param netnsCookie SO_NETNS_COOKIE of it, 0 where the kernel has none
 */
public record VethPair(
        String containerInterface,
        MacAddress mac,
        List<IpAddress> addresses,
        String interfaceName,
        int ifIndex,
        MacAddress hostMac,
        String netns,
        long netnsInode,
        long netnsCookie) {
    public VethPair {
        addresses = List.copyOf(addresses);
    }

    /** The same with its host side as it is called now. */
    public VethPair named(final String newName, final MacAddress newHostMac) {
        return new VethPair(
                containerInterface,
                mac,
                addresses,
                newName,
                ifIndex,
                newHostMac,
                netns,
                netnsInode,
                netnsCookie);
    }
}
