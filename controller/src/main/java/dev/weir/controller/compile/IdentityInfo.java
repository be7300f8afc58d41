package dev.weir.controller.compile;

import dev.weir.controller.identity.IpBlock;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;
import java.util.Map;

/**
 * What an identity stands for: all peers that no policy can tell apart.
 *
 * @param identity number in the datapath
 * @param namespace of the endpoints; null for addresses that are no endpoint's
 * @param labels of the endpoints
 * @param ports of the endpoints, by name; sorted
 * @param blocks the ipBlocks of policies in force that hold the address; sorted
 * @param host the node's own addresses
 */
public record IdentityInfo(
        int identity,
        String namespace,
        Map<String, String> labels,
        List<NamedPort> ports,
        List<IpBlock> blocks,
        boolean host) {
    /** In a row: any peer. */
    public static final int ANY = 0;

    /** This node. */
    public static final int HOST = 1;

    /** No endpoint, and no block of any policy. */
    public static final int WORLD = 2;

    /** Numbers below are reserved. */
    public static final int FIRST = 256;

    public IdentityInfo {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
        blocks = List.copyOf(blocks);
    }

    /** Of an endpoint without ports, or of the addresses in {@code cidrs}. */
    public IdentityInfo(
            final int identity,
            final String namespace,
            final Map<String, String> labels,
            final List<IpPrefix> cidrs) {
        this(
                identity,
                namespace,
                labels,
                List.of(),
                cidrs.stream().map(cidr -> new IpBlock(cidr, List.of())).sorted().toList(),
                identity == HOST);
    }

    /** The CIDRs that hold the address, each once, from wide to narrow. */
    public List<IpPrefix> cidrs() {
        return blocks.stream()
                .map(IpBlock::cidr)
                .distinct()
                .sorted((a, b) -> Integer.compare(a.length(), b.length()))
                .toList();
    }
}
