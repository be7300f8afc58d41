package dev.weir.controller.flow;

/** Packets and bytes by direction; mutable, so that the sweep need not allocate. */
final class Counts {
    long packetsIn;
    long packetsOut;
    long bytesIn;
    long bytesOut;

    void set(
            final long newPacketsIn,
            final long newPacketsOut,
            final long newBytesIn,
            final long newBytesOut) {
        packetsIn = newPacketsIn;
        packetsOut = newPacketsOut;
        bytesIn = newBytesIn;
        bytesOut = newBytesOut;
    }

    void set(final Counts other) {
        set(other.packetsIn, other.packetsOut, other.bytesIn, other.bytesOut);
    }

    /** The counters of the cache entry at that address. */
    void read(final EntryLayout layout, final long entry) {
        final long packets0 = layout.packets0(entry);
        final long packets1 = layout.packets1(entry);
        final long bytes0 = layout.bytes0(entry);
        final long bytes1 = layout.bytes1(entry);
        if (layout.swapped(entry)) {
            set(packets1, packets0, bytes1, bytes0);
        } else {
            set(packets0, packets1, bytes0, bytes1);
        }
    }

    /** These are what a cache entry's counters, {@code before} at an earlier time, count by now. */
    void follow(final Counts before, final EntryLayout layout) {
        packetsIn = layout.packetsFrom(before.packetsIn, packetsIn);
        packetsOut = layout.packetsFrom(before.packetsOut, packetsOut);
        bytesIn = layout.bytesFrom(before.bytesIn, bytesIn);
        bytesOut = layout.bytesFrom(before.bytesOut, bytesOut);
    }

    void add(final Counts other) {
        packetsIn += other.packetsIn;
        packetsOut += other.packetsOut;
        bytesIn += other.bytesIn;
        bytesOut += other.bytesOut;
    }

    void subtract(final Counts other) {
        packetsIn -= other.packetsIn;
        packetsOut -= other.packetsOut;
        bytesIn -= other.bytesIn;
        bytesOut -= other.bytesOut;
    }

    long packets() {
        return packetsIn + packetsOut;
    }

    long bytes() {
        return bytesIn + bytesOut;
    }

    long sum() {
        return packetsIn + packetsOut + bytesIn + bytesOut;
    }

    boolean isZero() {
        return (packetsIn | packetsOut | bytesIn | bytesOut) == 0;
    }

    boolean isSame(final Counts other) {
        return packetsIn == other.packetsIn
                && packetsOut == other.packetsOut
                && bytesIn == other.bytesIn
                && bytesOut == other.bytesOut;
    }
}
