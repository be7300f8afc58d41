package dev.weir.controller.identity;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Cuts the address space by blocks: each prefix knows all blocks that hold it, so that one longest
 * prefix match tells which of many nested and overlapping blocks hold an address. Holes are
 * prefixes of their own. Immutable; {@link #with} looks only at prefixes that a change is about.
 */
public final class BlockSets {
    /** No blocks. */
    public static final BlockSets EMPTY = new BlockSets(ArrayMap.empty(), ArrayMap.empty());

    private final ArrayMap<IpPrefix, Edge> edges;
    private final ArrayMap<IpPrefix, BlockSet> prefixes;
    private final PrefixIndex<BlockSet> index;

    private BlockSets(
            final ArrayMap<IpPrefix, Edge> edges, final ArrayMap<IpPrefix, BlockSet> prefixes) {
        this.edges = edges;
        this.prefixes = prefixes;
        this.index = new PrefixIndex<>(prefixes);
    }

    public static BlockSets of(final Collection<IpBlock> blocks) {
        return EMPTY.with(new HashSet<>(blocks), Set.of());
    }

    /** The empty set. */
    public BlockSet none() {
        return BlockSet.NONE;
    }

    /** The blocks that hold {@code address}; empty if none does. */
    public BlockSet at(final IpAddress address) {
        return index.longest(address).orElse(BlockSet.NONE);
    }

    /**
     * The fewest prefixes whose longest match gives every address its set. What none covers is in
     * no block; a hole may stand for the empty set.
     */
    public ArrayMap<IpPrefix, BlockSet> prefixes() {
        return prefixes;
    }

    /**
     * With other blocks.
     *
     * @param come none of them is here yet
     * @param go all of them are here
     */
    public BlockSets with(final Set<IpBlock> come, final Set<IpBlock> go) {
        if (come.isEmpty() && go.isEmpty()) {
            return this;
        }
        final Map<IpPrefix, Edge> changed = new HashMap<>();
        for (final IpBlock block : go) {
            change(changed, block.cidr(), edge -> edge.without(block));
            block.except().forEach(hole -> change(changed, hole, edge -> edge.without(block)));
        }
        for (final IpBlock block : come) {
            change(changed, block.cidr(), edge -> edge.beginning(block));
            block.except().forEach(hole -> change(changed, hole, edge -> edge.ending(block)));
        }
        final ArrayMap.Editor<IpPrefix, Edge> editor = edges.edit();
        changed.forEach(
                (prefix, edge) -> {
                    if (edge.isEmpty()) {
                        editor.remove(prefix);
                    } else {
                        editor.put(prefix, edge);
                    }
                });
        final ArrayMap<IpPrefix, Edge> next = editor.build();
        return new BlockSets(next, swept(next, new TreeSet<>(changed.keySet())));
    }

    private void change(
            final Map<IpPrefix, Edge> changed,
            final IpPrefix prefix,
            final Function<Edge, Edge> change) {
        final Edge edge = changed.getOrDefault(prefix, edges.getOrDefault(prefix, Edge.NONE));
        changed.put(prefix, change.apply(edge));
    }

    /** What is not inside of a changed prefix is in the blocks that it was in. */
    private ArrayMap<IpPrefix, BlockSet> swept(
            final ArrayMap<IpPrefix, Edge> next, final TreeSet<IpPrefix> changed) {
        final ArrayMap.Editor<IpPrefix, BlockSet> editor = prefixes.edit();
        final Map<BlockSet, BlockSet> known = new HashMap<>();
        IpPrefix outermostV4 = null;
        IpPrefix outermostV6 = null;
        for (final IpPrefix prefix : changed) {
            final IpPrefix outermost = prefix.isIpv4() ? outermostV4 : outermostV6;
            if (outermost != null && outermost.covers(prefix)) {
                continue; // swept with it
            }
            outermostV4 = prefix.isIpv4() ? prefix : outermostV4;
            outermostV6 = prefix.isIpv4() ? outermostV6 : prefix;
            within(prefix, prefixes).forEach(editor::remove);
            final BlockSet outside = index.wider(prefix).orElse(BlockSet.NONE);
            sweep(outside, within(prefix, next), next, editor, known);
        }
        return editor.build();
    }

    /** From wide to narrow: the prefixes of {@code map} that {@code outer} covers. */
    private static List<IpPrefix> within(final IpPrefix outer, final ArrayMap<IpPrefix, ?> map) {
        final List<IpPrefix> inside = new ArrayList<>();
        for (int i = map.ceiling(outer); i < map.size(); i++) {
            final IpPrefix prefix = map.keyAt(i);
            if (outer.covers(prefix)) {
                inside.add(prefix);
            } else if (prefix.isIpv4() == outer.isIpv4()) {
                break; // IPv4 lies in the middle of IPv6, so the other family says nothing
            }
        }
        return inside;
    }

    /** A prefix is in what its parent is in, but for what begins or ends here. */
    private static void sweep(
            final BlockSet outside,
            final List<IpPrefix> inside,
            final ArrayMap<IpPrefix, Edge> edges,
            final ArrayMap.Editor<IpPrefix, BlockSet> prefixes,
            final Map<BlockSet, BlockSet> known) {
        final Deque<Node> path = new ArrayDeque<>();
        for (final IpPrefix prefix : inside) {
            while (!path.isEmpty() && !path.peek().prefix.covers(prefix)) {
                path.pop();
            }
            final BlockSet parent = path.isEmpty() ? outside : path.peek().set;
            final BlockSet made = new BlockSet(edges.get(prefix).applyTo(parent.blocks()));
            final BlockSet set = known.computeIfAbsent(made, Function.identity());
            path.push(new Node(prefix, set));
            if (!set.equals(parent)) {
                prefixes.put(prefix, set);
            }
        }
    }

    /** A prefix on the way down, and the blocks that hold it. */
    private record Node(IpPrefix prefix, BlockSet set) {}
}
