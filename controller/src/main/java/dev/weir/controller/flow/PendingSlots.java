package dev.weir.controller.flow;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Entries that changed hands and whose eviction event has not come. They count as lost; should the
 * event come after all (one CPU's unfinished record holds up the ring for all), that is taken back.
 */
final class PendingSlots {
    /** More than this many sweeps no record stays unfinished. */
    private static final int KEPT_SWEEPS = 8;

    private static final int LIMIT = 65_536;

    private final Long2ObjectHashMap<Entry> entries = new Long2ObjectHashMap<>();

    /** What the shadow knew of an entry. */
    static final class Entry {
        final Counts counts = new Counts();
        int row;
        int generation;
        int life;
        long sweep;
    }

    private static long key(final int slot, final int epoch) {
        return (long) slot << 32 | epoch & 0xFFFF_FFFFL;
    }

    /** A new one, to be filled; null if there are too many. */
    Entry add(final int slot, final int epoch, final long sweep) {
        if (entries.size() >= LIMIT) {
            return null;
        }
        final Entry entry = new Entry();
        entry.sweep = sweep;
        entries.put(key(slot, epoch), entry);
        return entry;
    }

    /** The entry of that slot and epoch, no longer pending; null if there is none. */
    Entry take(final int slot, final int epoch) {
        return entries.isEmpty() ? null : entries.remove(key(slot, epoch));
    }

    /** Forgets those whose event will never come. */
    void expire(final long sweep) {
        if (!entries.isEmpty()) {
            entries.values().removeIf(entry -> sweep - entry.sweep > KEPT_SWEEPS);
        }
    }
}
