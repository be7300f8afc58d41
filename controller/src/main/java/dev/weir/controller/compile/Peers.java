package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.identity.BlockSet;
import dev.weir.controller.identity.BlockSets;
import dev.weir.controller.identity.IpBlock;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;
import java.util.Map;

/**
 * All peers and their identities; immutable.
 *
 * @param blocks that tell peers apart
 * @param local identity of endpoints' and the node's addresses; reserved ones are not in it
 * @param outside identity of the addresses that are in a set of blocks and nobody's here
 * @param numbers identity by key, for the next run of the agent
 * @param infos by identity, the reserved ones among them
 * @param byBlock identities inside the block, endpoints and hosts among them; ascending
 * @param byWorkload identities of the workload's addresses; ascending
 * @param workloads of the identities that are endpoints'
 * @param cidrs identity of addresses that are nobody's here; longest prefix decides
 */
record Peers(
        BlockSets blocks,
        Map<Peer, Integer> local,
        Map<BlockSet, Integer> outside,
        ArrayMap<String, Integer> numbers,
        ArrayMap<Integer, IdentityInfo> infos,
        ArrayMap<IpBlock, List<Integer>> byBlock,
        Map<Workload, List<Integer>> byWorkload,
        ArrayMap<Integer, Workload> workloads,
        ArrayMap<IpPrefix, Integer> cidrs) {
    static final Peers NONE =
            new Peers(
                    BlockSets.EMPTY,
                    Map.of(),
                    Map.of(),
                    ArrayMap.empty(),
                    reserved(),
                    ArrayMap.empty(),
                    Map.of(),
                    ArrayMap.empty(),
                    ArrayMap.empty());

    private static ArrayMap<Integer, IdentityInfo> reserved() {
        final BlockSet none = BlockSets.EMPTY.none();
        return ArrayMap.copyOf(
                Map.of(
                        IdentityInfo.HOST,
                        new Peer(null, none, true).info(IdentityInfo.HOST),
                        IdentityInfo.WORLD,
                        Peer.outside(none).info(IdentityInfo.WORLD)));
    }

    /** Of a peer that is there. */
    int identity(final Peer peer) {
        if (peer.isReserved()) {
            return peer.host() ? IdentityInfo.HOST : IdentityInfo.WORLD;
        }
        return peer.workload() != null || peer.host() ? local.get(peer) : outside.get(peer.set());
    }

    List<Integer> of(final Workload workload) {
        return byWorkload.getOrDefault(workload, List.of());
    }

    List<Integer> in(final IpBlock block) {
        return byBlock.getOrDefault(block, List.of());
    }
}
