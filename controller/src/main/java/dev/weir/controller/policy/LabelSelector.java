package dev.weir.controller.policy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Kubernetes label selector: all of its conditions at once; none = everything.
 *
 * @param matchLabels label to exact value
 * @param matchExpressions further conditions
 */
public record LabelSelector(
        Map<String, String> matchLabels, List<LabelRequirement> matchExpressions) {
    /** Selects everything. */
    public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    /** True when {@code labels} meet every condition. */
    public boolean matches(final Map<String, String> labels) {
        for (final Map.Entry<String, String> wanted : matchLabels.entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (final LabelRequirement requirement : matchExpressions) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** The same text for equal selectors, whatever order they were written in. */
    @Override
    public String toString() {
        return new TreeMap<>(matchLabels)
                + " "
                + matchExpressions.stream().map(LabelRequirement::toString).sorted().toList();
    }
}
