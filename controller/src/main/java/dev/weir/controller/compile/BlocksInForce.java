package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.identity.BlockSets;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Only blocks that some row is for: policies without an endpoint here cost nothing.
 *
 * @param sources the policies whose blocks are in force
 * @param uses in how many rules of them a block is
 * @param sets what the blocks make of the address space
 */
record BlocksInForce(
        Map<Source, ApiObject> sources, ArrayMap<IpBlock, Integer> uses, BlockSets sets) {
    static final BlocksInForce NONE =
            new BlocksInForce(Map.of(), ArrayMap.empty(), BlockSets.EMPTY);

    /** A policy's rules of one direction. */
    record Source(String policy, Direction direction) {}

    static BlocksInForce of(final Collection<Isolation> isolations, final BlocksInForce before) {
        final Map<Source, ApiObject> sources = sources(isolations);
        final ArrayMap.Editor<IpBlock, Integer> editor = before.uses.edit();
        before.sources.forEach(
                (source, policy) -> {
                    if (sources.get(source) != policy) {
                        blocks(policy, source.direction).forEach(block -> use(editor, block, -1));
                    }
                });
        sources.forEach(
                (source, policy) -> {
                    if (before.sources.get(source) != policy) {
                        blocks(policy, source.direction).forEach(block -> use(editor, block, 1));
                    }
                });
        final ArrayMap<IpBlock, Integer> uses = editor.build();
        final Set<IpBlock> come = new HashSet<>();
        final Set<IpBlock> go = new HashSet<>();
        ArrayMap.compare(
                before.uses,
                uses,
                (block, then, now) -> {
                    if (then == null) {
                        come.add(block);
                    } else if (now == null) {
                        go.add(block);
                    }
                });
        return new BlocksInForce(sources, uses, before.sets.with(come, go));
    }

    private static Map<Source, ApiObject> sources(final Collection<Isolation> isolations) {
        final Map<Source, ApiObject> sources = new HashMap<>();
        for (final Isolation isolation : isolations) {
            for (final Direction direction : Direction.values()) {
                for (final NetworkPolicy policy : isolation.inForce(direction)) {
                    sources.put(new Source(policy.key(), direction), policy);
                }
                for (final ClusterNetworkPolicy policy : isolation.cluster()) {
                    sources.put(new Source(policy.key(), direction), policy);
                }
            }
        }
        return sources;
    }

    private static void use(
            final ArrayMap.Editor<IpBlock, Integer> uses, final IpBlock block, final int more) {
        final Integer count = uses.get(block);
        final int now = (count == null ? 0 : count) + more;
        if (now == 0) {
            uses.remove(block);
        } else {
            uses.put(block, now);
        }
    }

    private static Stream<IpBlock> blocks(final ApiObject policy, final Direction direction) {
        return RuleContent.of(policy, direction).stream()
                .flatMap(rule -> rule.peers().stream())
                .filter(BlockPeer.class::isInstance)
                .map(peer -> ((BlockPeer) peer).block());
    }
}
