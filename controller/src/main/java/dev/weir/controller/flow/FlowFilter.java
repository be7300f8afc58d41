package dev.weir.controller.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All conditions of a query together. */
final class FlowFilter {
    private record Subject(FlowCondition.Field field, FlowCondition.Side side) {}

    private final List<List<FlowCondition>> alternatives = new ArrayList<>();
    private final List<FlowCondition> excluded = new ArrayList<>();

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
