package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;
import java.util.Arrays;

/**
 * The kernel's counters of one endpoint number at one moment, all CPUs together. They only grow, so
 * what an endpoint did is the difference to the moment it was attached. As JSON an array of
 * numbers, to be kept with the endpoint over a restart of the agent.
 */
public final class CounterBaseline {
    /** {@code WEIR_REASON_COUNT}: fixed, so that what was kept still fits when a reason is new. */
    private static final int REASONS = 24;

    private static final int PER_DIRECTION = 2 * REASONS + 4;
    private static final int SCALARS = 2 * PER_DIRECTION;
    private static final int LENGTH = SCALARS + 5;

    /** Counters that never counted. */
    public static final CounterBaseline ZERO = new CounterBaseline(new long[0]);

    private final long[] cells;

    /** From the JSON of an earlier one; shorter arrays end in zeros. */
    @JsonCreator
    public CounterBaseline(final long[] cells) {
        this.cells = Arrays.copyOf(cells, LENGTH);
    }

    /** As they are now. */
    public static CounterBaseline read(final CounterTable counters, final int endpoint) {
        final CounterBaseline now = new CounterBaseline(new long[0]);
        for (final Direction direction : Direction.values()) {
            for (int i = 0; i < Reason.count(); i++) {
                final Reason reason = Reason.of(i);
                final int at = cell(direction, reason);
                now.cells[at] = counters.packets(endpoint, direction, reason);
                now.cells[at + 1] = counters.bytes(endpoint, direction, reason);
            }
            final int at = overflow(direction);
            now.cells[at] = counters.overflowPackets(endpoint, direction);
            now.cells[at + 1] = counters.overflowBytes(endpoint, direction);
            now.cells[at + 2] = counters.deniedOverflowPackets(endpoint, direction);
            now.cells[at + 3] = counters.deniedOverflowBytes(endpoint, direction);
        }
        now.cells[SCALARS] = counters.flowsCreated(endpoint);
        now.cells[SCALARS + 1] = counters.flowsEvicted(endpoint);
        now.cells[SCALARS + 2] = counters.connectionsOpened(endpoint);
        now.cells[SCALARS + 3] = counters.connectionsFailed(endpoint);
        now.cells[SCALARS + 4] = counters.dnsLost(endpoint);
        return now;
    }

    /** True if anything was counted. */
    boolean hasCounted() {
        return Arrays.stream(cells).anyMatch(cell -> cell != 0);
    }

    /** What was counted between {@code earlier} and this. */
    public CounterBaseline since(final CounterBaseline earlier) {
        final long[] difference = new long[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            difference[i] = cells[i] - earlier.cells[i];
        }
        return new CounterBaseline(difference);
    }

    /** The array to keep. */
    @JsonValue
    public long[] cells() {
        return cells.clone();
    }

    public long packets(final Direction direction, final Reason reason) {
        return cells[cell(direction, reason)];
    }

    public long bytes(final Direction direction, final Reason reason) {
        return cells[cell(direction, reason) + 1];
    }

    /** Of both caches. */
    public long overflowPackets(final Direction direction) {
        return cells[overflow(direction)] + cells[overflow(direction) + 2];
    }

    /** Of both caches. */
    public long overflowBytes(final Direction direction) {
        return cells[overflow(direction) + 1] + cells[overflow(direction) + 3];
    }

    public long flowsCreated() {
        return cells[SCALARS];
    }

    public long flowsEvicted() {
        return cells[SCALARS + 1];
    }

    public long connectionsOpened() {
        return cells[SCALARS + 2];
    }

    public long connectionsFailed() {
        return cells[SCALARS + 3];
    }

    /** DNS messages that found the kernel's ring full. */
    public long dnsLost() {
        return cells[SCALARS + 4];
    }

    private static int cell(final Direction direction, final Reason reason) {
        return direction.ordinal() * PER_DIRECTION + 2 * reason.ordinal();
    }

    private static int overflow(final Direction direction) {
        return direction.ordinal() * PER_DIRECTION + 2 * REASONS;
    }
}
