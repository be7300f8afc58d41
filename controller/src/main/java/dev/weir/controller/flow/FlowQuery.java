package dev.weir.controller.flow;

import java.time.Instant;
import java.util.List;

/**
 * Which flows are wanted.
 *
 * <p>Conditions on the same field and side are alternatives, on different ones all must hold; a
 * negated one must not hold. Made from REST parameters by {@link FlowQueryParser}.
 *
 * @param first at most so many, the oldest; 0 if the newest are wanted
 * @param last at most so many, the newest
 * @param since last seen at or after; null for no limit
 * @param until first seen at or before; null for no limit
 */
public record FlowQuery(
        int first, int last, Instant since, Instant until, List<FlowCondition> conditions) {
    /** Records in an answer unless {@code last} says otherwise. */
    public static final int DEFAULT_LAST = 1_000;

    /** Every flow. */
    public static final FlowQuery ALL = new FlowQuery(0, Integer.MAX_VALUE, null, null, List.of());

    /** The newest of them. */
    public FlowQuery(
            final int last,
            final Instant since,
            final Instant until,
            final List<FlowCondition> conditions) {
        this(0, last, since, until, conditions);
    }

    public FlowQuery {
        conditions = List.copyOf(conditions);
    }
}
