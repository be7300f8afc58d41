package dev.weir.controller.flow;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;

/** Sums of each attached endpoint's counters: did anything move, how fast, and how much is lost. */
final class EndpointTotals {
    private static final Direction[] DIRECTIONS = Direction.values();
    private static final Reason[] REASONS = Reason.values();

    private final EndpointLives lives;
    private final CounterTable counters;
    private final long[] sums = new long[6];
    private long retiredPackets;
    private long retiredBytes;

    EndpointTotals(final EndpointLives lives, final CounterTable counters) {
        this.lives = lives;
        this.counters = counters;
    }

    /** Takes new sums for the rates; true if any packet was counted since the last call. */
    boolean update(final long nowNanos) {
        boolean moved = false;
        for (final EndpointLife life : lives.all()) {
            read(life.number);
            moved |= life.rate.update(sums, nowNanos);
        }
        return moved;
    }

    private void read(final int number) {
        for (final Direction direction : DIRECTIONS) {
            long packets = 0;
            long bytes = 0;
            long dropped = 0;
            for (final Reason reason : REASONS) {
                final long some = counters.packets(number, direction, reason);
                packets += some;
                bytes += counters.bytes(number, direction, reason);
                if (reason.isDrop()) {
                    dropped += some;
                }
            }
            final int at = 3 * direction.ordinal();
            sums[at] = packets;
            sums[at + 1] = bytes;
            sums[at + 2] = dropped;
        }
    }

    /** The endpoint goes; what it lost stays counted. */
    void retire(final EndpointLife life) {
        retiredPackets += overflow(life, true);
        retiredBytes += overflow(life, false);
    }

    /** Packets that are in the counters but in no flow. */
    long overflowPackets() {
        long sum = retiredPackets;
        for (final EndpointLife life : lives.all()) {
            sum += overflow(life, true);
        }
        return sum;
    }

    long overflowBytes() {
        long sum = retiredBytes;
        for (final EndpointLife life : lives.all()) {
            sum += overflow(life, false);
        }
        return sum;
    }

    private long overflow(final EndpointLife life, final boolean packets) {
        long sum = packets ? -life.twice.packets() : -life.twice.bytes();
        for (final Direction direction : DIRECTIONS) {
            if (packets) {
                sum +=
                        counters.overflowPackets(life.number, direction)
                                + counters.deniedOverflowPackets(life.number, direction)
                                - life.baseline.overflowPackets(direction);
            } else {
                sum +=
                        counters.overflowBytes(life.number, direction)
                                + counters.deniedOverflowBytes(life.number, direction)
                                - life.baseline.overflowBytes(direction);
            }
        }
        return sum;
    }
}
