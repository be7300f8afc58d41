package dev.weir.controller.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntHashSet;

/** All conditions of a query together. */
final class FlowFilter {
    private record Subject(FlowCondition.Field field, FlowCondition.Side side) {}

    private final List<List<FlowCondition>> alternatives = new ArrayList<>();
    private final List<FlowCondition> excluded = new ArrayList<>();
    private final List<FlowCondition> endpoints;
    private final IntHashSet otherLives = new IntHashSet();

    FlowFilter(final List<FlowCondition> conditions) {
        final Map<Subject, List<FlowCondition>> bySubject = new LinkedHashMap<>();
        for (final FlowCondition condition : conditions) {
            if (condition.negated()) {
                excluded.add(condition);
            } else {
                bySubject
                        .computeIfAbsent(
                                new Subject(condition.field(), condition.side()),
                                subject -> new ArrayList<>())
                        .add(condition);
            }
        }
        alternatives.addAll(bySubject.values());
        endpoints =
                bySubject.getOrDefault(
                        new Subject(FlowCondition.Field.ENDPOINT, FlowCondition.Side.EITHER),
                        List.of());
    }

    /**
     * False if the row's flow surely does not match: another row of the same use of an endpoint
     * number was seen to be of an endpoint that is not asked for. Describing a flow costs far more.
     */
    boolean mayMatch(final FlowRow row) {
        return !otherLives.contains(row.life());
    }

    /** The same as {@link #matches(FlowRecord)}, and learns from it for {@link #mayMatch}. */
    boolean matches(final FlowRow row, final FlowRecord flow) {
        if (!endpoints.isEmpty() && endpoints.stream().noneMatch(each -> each.holds(flow))) {
            otherLives.add(row.life());
            return false;
        }
        return matches(flow);
    }

    boolean isEmpty() {
        return alternatives.isEmpty() && excluded.isEmpty();
    }

    boolean matches(final FlowRecord flow) {
        for (final FlowCondition condition : excluded) {
            if (condition.holds(flow)) {
                return false;
            }
        }
        for (final List<FlowCondition> any : alternatives) {
            if (any.stream().noneMatch(condition -> condition.holds(flow))) {
                return false;
            }
        }
        return true;
    }
}
