package dev.weir.controller.identity;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Cuts the address space by blocks: each prefix knows all blocks that hold it, so that one longest
 * prefix match tells which of many nested and overlapping blocks hold an address. Holes are
 * prefixes of their own.
 */
public final class BlockSets {
    private final List<IpBlock> blocks;
    private final Map<IpBlock, Integer> ids = new HashMap<>();
    private final Map<IntBuffer, BlockSet> sets = new HashMap<>();
    private final SortedMap<IpPrefix, BlockSet> prefixes = new TreeMap<>();
    private final PrefixIndex<BlockSet> index;
    private final BlockSet none;

    private BlockSets(final Collection<IpBlock> blocks) {
        this.blocks = List.copyOf(new TreeSet<>(blocks));
        this.none = set(new int[0]);
        final SortedMap<IpPrefix, Edge> v4 = new TreeMap<>();
        final SortedMap<IpPrefix, Edge> v6 = new TreeMap<>();
        for (int id = 0; id < this.blocks.size(); id++) {
            final IpBlock block = this.blocks.get(id);
            ids.put(block, id);
            final SortedMap<IpPrefix, Edge> edges = block.cidr().isIpv4() ? v4 : v6;
            edges.merge(block.cidr(), Edge.begin(id), Edge::and);
            for (final IpPrefix hole : block.except()) {
                edges.merge(hole, Edge.end(id), Edge::and);
            }
        }
        sweep(v4);
        sweep(v6);
        this.index = new PrefixIndex<>(prefixes);
    }

    public static BlockSets of(final Collection<IpBlock> blocks) {
        return new BlockSets(blocks);
    }

    /** All blocks, each once; sorted. */
    public List<IpBlock> blocks() {
        return blocks;
    }

    /** Place of {@code block} in {@link #blocks()}. */
    public int id(final IpBlock block) {
        return ids.get(block);
    }

    /** The empty set. */
    public BlockSet none() {
        return none;
    }

    /** The blocks that hold {@code address}; empty if none does. */
    public BlockSet at(final IpAddress address) {
        return index.longest(address).orElse(none);
    }

    /**
     * The fewest prefixes whose longest match gives every address its set. What none covers is in
     * no block; a hole may stand for the empty set.
     */
    public SortedMap<IpPrefix, BlockSet> prefixes() {
        return Collections.unmodifiableSortedMap(prefixes);
    }

    /**
     * From wide to narrow: a prefix is in what its parent is in, but for what begins or ends here.
     */
    private void sweep(final SortedMap<IpPrefix, Edge> edges) {
        final Deque<Node> path = new ArrayDeque<>();
        edges.forEach(
                (prefix, edge) -> {
                    while (!path.isEmpty() && !path.peek().prefix.covers(prefix)) {
                        path.pop();
                    }
                    final Node parent = path.isEmpty() ? new Node(prefix, new int[0]) : path.peek();
                    final int[] ids = edge.applyTo(parent.ids);
                    path.push(new Node(prefix, ids));
                    if (!Arrays.equals(ids, parent.ids)) {
                        prefixes.put(prefix, set(ids));
                    }
                });
    }

    private BlockSet set(final int[] ids) {
        return sets.computeIfAbsent(
                IntBuffer.wrap(ids),
                key -> new BlockSet(ids, Arrays.stream(ids).mapToObj(blocks::get).toList()));
    }

    /** A prefix on the way down, and the sorted numbers of the blocks that hold it. */
    private record Node(IpPrefix prefix, int[] ids) {}

    /** Blocks that begin and end at a prefix; never the same one, a hole being strictly inside. */
    private record Edge(int[] begins, int[] ends) {
        static Edge begin(final int id) {
            return new Edge(new int[] {id}, new int[0]);
        }

        static Edge end(final int id) {
            return new Edge(new int[0], new int[] {id});
        }

        Edge and(final Edge other) {
            return new Edge(concat(begins, other.begins), concat(ends, other.ends));
        }

        int[] applyTo(final int[] parent) {
            final int[] ended = ends.clone();
            Arrays.sort(ended);
            final int[] kept =
                    Arrays.stream(parent)
                            .filter(id -> Arrays.binarySearch(ended, id) < 0)
                            .toArray();
            final int[] ids = concat(kept, begins);
            Arrays.sort(ids);
            return ids;
        }

        private static int[] concat(final int[] a, final int[] b) {
            final int[] both = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, both, a.length, b.length);
            return both;
        }
    }
}
