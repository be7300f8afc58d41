package dev.weir.controller.compile;

import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Long2LongHashMap;

/**
 * Which rule of a tier is the first for which part of the traffic. Rules come in the order in which
 * they decide, so the first that claims a key keeps it.
 */
final class Claims {
    /** No rule. */
    static final int NONE = -1;

    private final Long2LongHashMap ranks = new Long2LongHashMap(NONE);
    private final Int2IntHashMap lengths = new Int2IntHashMap(0);
    private int firstForAnyPeer = Integer.MAX_VALUE;

    /**
     * @param key packed by {@link RowSet#key}
     * @param rank larger than all before, or equal
     */
    void add(final long key, final int rank) {
        if (ranks.get(key) == NONE) {
            ranks.put(key, rank);
            final int identity = RowSet.identity(key);
            if (identity == IdentityInfo.ANY) {
                firstForAnyPeer = Math.min(firstForAnyPeer, rank);
            }
            if (RowSet.protocol(key) != 0) {
                lengths.put(identity, lengths.get(identity) | 1 << RowSet.length(key));
            }
        }
    }

    Long2LongHashMap ranks() {
        return ranks;
    }

    /** Rank of the first rule for any peer; the largest number if there is none. */
    int firstForAnyPeer() {
        return firstForAnyPeer;
    }

    /** The first rule for all of a key's traffic, among those for the same peer. */
    int best(final long key) {
        return best(key, RowSet.identity(key));
    }

    /** The same, among those for any peer. */
    int bestForAnyPeer(final long key) {
        return firstForAnyPeer == Integer.MAX_VALUE ? NONE : best(key, IdentityInfo.ANY);
    }

    private int best(final long key, final int identity) {
        int best = earlier(NONE, RowSet.key(identity, RowSet.direction(key), 0, 0, 0));
        if (RowSet.protocol(key) == 0) {
            return best;
        }
        int left = lengths.get(identity) & (2 << RowSet.length(key)) - 1;
        for (; left != 0; left &= left - 1) {
            best = earlier(best, RowSet.wider(key, identity, Integer.numberOfTrailingZeros(left)));
        }
        return best;
    }

    private int earlier(final int best, final long key) {
        final int rank = (int) ranks.get(key);
        return rank != NONE && (best == NONE || rank < best) ? rank : best;
    }
}
