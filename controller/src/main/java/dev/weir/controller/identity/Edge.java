package dev.weir.controller.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Blocks that begin and end at a prefix; never the same one, a hole being strictly inside.
 *
 * @param begins sorted
 * @param ends sorted
 */
record Edge(List<IpBlock> begins, List<IpBlock> ends) {
    static final Edge NONE = new Edge(List.of(), List.of());

    Edge {
        begins = List.copyOf(begins);
        ends = List.copyOf(ends);
    }

    Edge beginning(final IpBlock block) {
        return new Edge(with(begins, block), ends);
    }

    Edge ending(final IpBlock block) {
        return new Edge(begins, with(ends, block));
    }

    /** Neither begins nor ends {@code block}. */
    Edge without(final IpBlock block) {
        return new Edge(without(begins, block), without(ends, block));
    }

    boolean isEmpty() {
        return begins.isEmpty() && ends.isEmpty();
    }

    /** What holds at the prefix if {@code outside} holds around it; sorted. */
    List<IpBlock> applyTo(final List<IpBlock> outside) {
        final List<IpBlock> inside = new ArrayList<>(outside.size() + begins.size());
        for (final IpBlock block : outside) {
            if (Collections.binarySearch(ends, block) < 0) {
                inside.add(block);
            }
        }
        if (!begins.isEmpty()) {
            inside.addAll(begins);
            inside.sort(null);
        }
        return inside;
    }

    private static List<IpBlock> with(final List<IpBlock> blocks, final IpBlock block) {
        final List<IpBlock> more = new ArrayList<>(blocks);
        more.add(-Collections.binarySearch(blocks, block) - 1, block);
        return more;
    }

    private static List<IpBlock> without(final List<IpBlock> blocks, final IpBlock block) {
        return blocks.contains(block)
                ? blocks.stream().filter(each -> !each.equals(block)).toList()
                : blocks;
    }
}
