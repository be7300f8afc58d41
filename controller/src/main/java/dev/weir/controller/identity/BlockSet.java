package dev.weir.controller.identity;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A set of blocks. Sets made by one {@link BlockSets} are equal only if they are the same object.
 */
public final class BlockSet {
    private final int[] ids;
    private final List<IpBlock> blocks;

    BlockSet(final int[] ids, final List<IpBlock> blocks) {
        this.ids = ids;
        this.blocks = List.copyOf(blocks);
    }

    /** Numbers of the blocks by {@link BlockSets#id}. */
    public IntStream ids() {
        return Arrays.stream(ids);
    }

    /** Sorted. */
    public List<IpBlock> blocks() {
        return blocks;
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    @Override
    public String toString() {
        return blocks.toString();
    }
}
