package dev.weir.dataplane.testkit;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;
import java.util.EnumMap;
import java.util.Map;

/** All counters of one endpoint at one moment; differences of two are what happened between. */
public record CounterPicture(
        Map<Direction, Map<Reason, Count>> counts,
        long flowsCreated,
        long flowsEvicted,
        long connectionsOpened,
        long connectionsFailed) {

    /** Packets and bytes. */
    public record Count(long packets, long bytes) {
        public static final Count NONE = new Count(0, 0);

        Count plus(final Count other) {
            return new Count(packets + other.packets, bytes + other.bytes);
        }

        Count minus(final Count other) {
            return new Count(packets - other.packets, bytes - other.bytes);
        }
    }

    public static CounterPicture of(final CounterTable counters, final int endpoint) {
        final Map<Direction, Map<Reason, Count>> counts = new EnumMap<>(Direction.class);
        for (final Direction direction : Direction.values()) {
            final Map<Reason, Count> byReason = new EnumMap<>(Reason.class);
            for (final Reason reason : Reason.values()) {
                byReason.put(
                        reason,
                        new Count(
                                counters.packets(endpoint, direction, reason),
                                counters.bytes(endpoint, direction, reason)));
            }
            counts.put(direction, byReason);
        }
        return new CounterPicture(
                counts,
                counters.flowsCreated(endpoint),
                counters.flowsEvicted(endpoint),
                counters.connectionsOpened(endpoint),
                counters.connectionsFailed(endpoint));
    }

    public CounterPicture minus(final CounterPicture before) {
        final Map<Direction, Map<Reason, Count>> changes = new EnumMap<>(Direction.class);
        counts.forEach(
                (direction, byReason) -> {
                    final Map<Reason, Count> changed = new EnumMap<>(Reason.class);
                    byReason.forEach(
                            (reason, count) -> {
                                final Count change =
                                        count.minus(before.counts.get(direction).get(reason));
                                if (!change.equals(Count.NONE)) {
                                    changed.put(reason, change);
                                }
                            });
                    changes.put(direction, changed);
                });
        return new CounterPicture(
                changes,
                flowsCreated - before.flowsCreated,
                flowsEvicted - before.flowsEvicted,
                connectionsOpened - before.connectionsOpened,
                connectionsFailed - before.connectionsFailed);
    }

    /** All packets of a direction. */
    public Count total(final Direction direction) {
        return counts.get(direction).values().stream().reduce(Count.NONE, Count::plus);
    }
}
