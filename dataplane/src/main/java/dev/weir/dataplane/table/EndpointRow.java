package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.util.List;

/**
 * One container interface as the datapath knows it ({@code struct weir_endpoint}) but for its
 * policy words, which change on their own.
 *
 * @param ifIndex index of the host-side veth in the agent's network namespace
 * @param mac the container-side MAC: the only source MAC that may send
 * @param identity the endpoint's own identity
 * @param netnsCookie SO_NETNS_COOKIE of the container's namespace, 0 where the kernel has none
 * @param addresses the container's own addresses, at most {@link #MAX_ADDRESSES}
 */
public record EndpointRow(
        int ifIndex, MacAddress mac, int identity, long netnsCookie, List<IpAddress> addresses) {

    /** {@code WEIR_ENDPOINT_ADDRESSES}. */
    public static final int MAX_ADDRESSES = 8;

    public EndpointRow {
        addresses = List.copyOf(addresses);
        if (addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(
                    "addresses: "
                            + addresses.size()
                            + " (expected: at most "
                            + MAX_ADDRESSES
                            + ")");
        }
    }
}
