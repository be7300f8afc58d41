package dev.weir.dataplane.netlink;

/**
 * A bridge.
 *
 * @param ifIndex its index
 * @param name its name
 * @param up IFF_UP
 * @param vlanFiltering frames are let through by their tag (IFLA_BR_VLAN_FILTERING)
 * @param callsIptables frames go through the hooks of IP by its own setting
 *     (IFLA_BR_NF_CALL_IPTABLES, IFLA_BR_NF_CALL_IP6TABLES)
 */
public record Bridge(
        int ifIndex, String name, boolean up, boolean vlanFiltering, boolean callsIptables) {}
