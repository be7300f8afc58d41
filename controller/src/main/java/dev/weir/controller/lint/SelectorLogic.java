package dev.weir.controller.lint;

import dev.weir.controller.policy.LabelRequirement;
import dev.weir.controller.policy.LabelRequirement.Operator;
import dev.weir.controller.policy.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What follows from a selector's conditions alone, whatever labels there are. */
final class SelectorLogic {
    private SelectorLogic() {}

    /** The label whose conditions no value meets; empty if some labels meet them all. */
    static Optional<String> contradiction(final LabelSelector selector) {
        final Map<String, List<LabelRequirement>> byKey = new TreeMap<>();
        conditions(selector)
                .forEach(
                        each ->
                                byKey.computeIfAbsent(each.key(), key -> new ArrayList<>())
                                        .add(each));
        return byKey.entrySet().stream()
                .filter(entry -> !canBeMet(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** True if some value, any other value, or no value meets all conditions on one label. */
    private static boolean canBeMet(final List<LabelRequirement> conditions) {
        final Set<String> values = new TreeSet<>();
        conditions.forEach(each -> values.addAll(each.values()));
        String other = "x";
        while (values.contains(other)) {
            other += "x";
        }
        values.add(other);
        final String key = conditions.get(0).key();
        return meets(Map.of(), conditions)
                || values.stream().anyMatch(value -> meets(Map.of(key, value), conditions));
    }

    private static boolean meets(
            final Map<String, String> labels, final List<LabelRequirement> conditions) {
        return conditions.stream().allMatch(each -> each.matches(labels));
    }

    /** True when every condition of {@code wide} is one of {@code narrow}, or follows from one. */
    static boolean covers(final LabelSelector wide, final LabelSelector narrow) {
        final List<LabelRequirement> given = conditions(narrow);
        return conditions(wide).stream()
                .allMatch(wanted -> given.stream().anyMatch(each -> implies(each, wanted)));
    }

    private static boolean implies(final LabelRequirement given, final LabelRequirement wanted) {
        if (!given.key().equals(wanted.key())) {
            return false;
        }
        return switch (given.operator()) {
            case IN ->
                    given.values().stream()
                            .allMatch(value -> wanted.matches(Map.of(given.key(), value)));
            case NOT_IN ->
                    wanted.operator() == Operator.NOT_IN
                            && given.values().containsAll(wanted.values());
            case EXISTS -> wanted.operator() == Operator.EXISTS;
            case DOES_NOT_EXIST -> wanted.matches(Map.of());
        };
    }

    private static List<LabelRequirement> conditions(final LabelSelector selector) {
        final List<LabelRequirement> conditions = new ArrayList<>(selector.matchExpressions());
        selector.matchLabels()
                .forEach(
                        (key, value) ->
                                conditions.add(
                                        new LabelRequirement(key, Operator.IN, Set.of(value))));
        return conditions;
    }
}
