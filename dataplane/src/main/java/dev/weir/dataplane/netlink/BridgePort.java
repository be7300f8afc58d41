package dev.weir.dataplane.netlink;

/**
 * A link that is a port of a bridge (IFLA_INFO_SLAVE_DATA).
 *
 * @param ifIndex of the link
 * @param bridge ifindex of its bridge
 * @param up IFF_UP
 * @param forwarding it is in the forwarding state (BR_STATE_FORWARDING)
 * @param open it learns and floods as a port does by default, and is neither isolated nor locked
 * @param queueing name of the root queueing discipline; {@code noqueue} where there is none
 */
public record BridgePort(
        int ifIndex, int bridge, boolean up, boolean forwarding, boolean open, String queueing) {}
