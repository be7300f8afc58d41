package dev.weir.controller.flow;

import dev.weir.controller.flow.ContainerStats.Count;
import dev.weir.controller.flow.ContainerStats.Drop;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which policy and rule caused each container's drops, as far as the flows in memory tell; the sums
 * by reason are the kernel's counters and exact, so what the flows do not tell of them is given
 * without a cause.
 */
final class DropCauses {
    private static final Comparator<Drop> MOST_FIRST =
            Comparator.comparingLong((Drop drop) -> drop.packets()).reversed();

    private record Cause(Reason reason, Direction direction, int rule) {}

    private static final class Sum {
        private long packets;
        private long bytes;
        private List<FlowRecord.PolicyMatch> policy;
    }

    private final Map<Integer, Map<Cause, Sum>> byLife = new HashMap<>();

    /** Adds up the denied traffic of all flows in memory. */
    static DropCauses of(final FlowLedger ledger, final FlowDescriber describer) {
        final DropCauses causes = new DropCauses();
        ledger.forEach(
                flow -> {
                    if (flow.reason().isDrop()) {
                        causes.add(flow, describer);
                    }
                });
        return causes;
    }

    private void add(final FlowRow flow, final FlowDescriber describer) {
        final Direction direction = flow.opener();
        final Sum sum =
                byLife.computeIfAbsent(flow.life(), life -> new HashMap<>())
                        .computeIfAbsent(
                                new Cause(flow.reason(), direction, flow.rule()),
                                cause -> new Sum());
        if (sum.packets == 0) {
            sum.policy = describer.policy(flow);
        }
        sum.packets += flow.packets(direction);
        sum.bytes += flow.bytes(direction);
    }

    /** All drops of one endpoint, the most frequent first; sums are those of {@code since}. */
    List<Drop> of(final EndpointLife life, final CounterBaseline since) {
        final Map<Cause, Sum> known = byLife.getOrDefault(life.serial, Map.of());
        final List<Drop> drops = new ArrayList<>();
        for (final Reason reason : Reason.values()) {
            for (final Direction direction : Direction.values()) {
                if (reason.isDrop() && since.packets(direction, reason) > 0) {
                    add(
                            drops,
                            known,
                            reason,
                            direction,
                            new Count(
                                    since.packets(direction, reason),
                                    since.bytes(direction, reason)));
                }
            }
        }
        drops.sort(MOST_FIRST);
        return drops;
    }

    private static void add(
            final List<Drop> drops,
            final Map<Cause, Sum> known,
            final Reason reason,
            final Direction direction,
            final Count total) {
        Count rest = total;
        for (final Map.Entry<Cause, Sum> entry : known.entrySet()) {
            final Sum sum = entry.getValue();
            if (entry.getKey().reason() == reason
                    && entry.getKey().direction() == direction
                    && sum.policy != null) {
                drops.add(new Drop(reason, direction, sum.policy, sum.packets, sum.bytes));
                rest = rest.plus(-sum.packets, -sum.bytes);
            }
        }
        if (rest.packets() > 0) {
            drops.add(new Drop(reason, direction, null, rest.packets(), rest.bytes()));
        }
    }
}
