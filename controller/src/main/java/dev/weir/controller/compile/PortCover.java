package dev.weir.controller.compile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Covers sets of ports with the fewest prefixes. */
final class PortCover {
    private static final int PORTS = 65536;

    private PortCover() {}

    /** Ports {@code first} to {@code last}, both included. */
    record Range(int first, int last) {}

    /**
     * @param length in bits, 0 = every port
     * @param port masked to {@code length}
     */
    record Prefix(int length, int port) {}

    /** The fewest prefixes that hold exactly the ports of {@code ranges}, in ascending order. */
    static List<Prefix> of(final List<Range> ranges) {
        final List<Prefix> cover = new ArrayList<>();
        final List<Range> sorted =
                ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList();
        int begin = -1;
        int end = -2;
        for (final Range range : sorted) {
            if (range.first > end + 1) {
                cover(begin, end, cover);
                begin = range.first;
                end = range.last;
            } else {
                end = Math.max(end, range.last);
            }
        }
        cover(begin, end, cover);
        return cover;
    }

    private static void cover(final int begin, final int end, final List<Prefix> cover) {
        int port = begin;
        while (port <= end) {
            int size = port == 0 ? PORTS : Integer.lowestOneBit(port);
            while (port + size - 1 > end) {
                size >>= 1;
            }
            cover.add(new Prefix(16 - Integer.numberOfTrailingZeros(size), port));
            port += size;
        }
    }
}
