package dev.weir.controller.flow;

import org.agrona.DirectBuffer;

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

    /** The counters of a cache entry. */
    void read(final EntryLayout layout, final DirectBuffer buffer, final int offset) {
        final long packets0 = buffer.getLong(offset + layout.packets0Offset);
        final long packets1 = buffer.getLong(offset + layout.packets1Offset);
        final long bytes0 = buffer.getLong(offset + layout.bytes0Offset);
        final long bytes1 = buffer.getLong(offset + layout.bytes1Offset);
        if (layout.swapped(buffer, offset)) {
            set(packets1, packets0, bytes1, bytes0);
        } else {
            set(packets0, packets1, bytes0, bytes1);
        }
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
