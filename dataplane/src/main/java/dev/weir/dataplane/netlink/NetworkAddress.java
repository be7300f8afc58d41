package dev.weir.dataplane.netlink;

import dev.weir.dataplane.layout.IpAddress;

/**
 * An address of an interface (RTM_NEWADDR).
 *
 * @param ifIndex the interface it is on
 * @param address the local address
 * @param prefixLength of its network
 * @param scope RT_SCOPE_*: 0 universe, 253 link, 254 host
 */
public record NetworkAddress(int ifIndex, IpAddress address, int prefixLength, int scope) {}
