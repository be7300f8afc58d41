package dev.weir.controller.identity;

import java.util.List;

/** A set of blocks; two are equal if they have the same blocks. */
public final class BlockSet {
    /** No block. */
    static final BlockSet NONE = new BlockSet(List.of());

    private final List<IpBlock> blocks;
    private final int hash;

    /**
     * @param blocks sorted
     */
    BlockSet(final List<IpBlock> blocks) {
        this.blocks = List.copyOf(blocks);
        this.hash = this.blocks.hashCode(); // asked for at each look-up, and sets may be large
    }

    /** Sorted. */
    public List<IpBlock> blocks() {
        return blocks;
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    @Override
    public boolean equals(final Object other) {
        return other == this
                || other instanceof BlockSet set && set.hash == hash && set.blocks.equals(blocks);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return blocks.toString();
    }
}
