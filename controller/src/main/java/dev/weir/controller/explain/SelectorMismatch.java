package dev.weir.controller.explain;

import dev.weir.controller.policy.LabelRequirement;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.PolicyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which of a selector's conditions some labels do not meet. */
final class SelectorMismatch {
    private SelectorMismatch() {}

    /** {@code label role is other (wants role=client)}; empty if all conditions are met. */
    static Optional<String> of(final LabelSelector selector, final Map<String, String> labels) {
        final List<String> wrong = new ArrayList<>();
        new TreeMap<>(selector.matchLabels())
                .forEach(
                        (key, value) -> {
                            if (!value.equals(labels.get(key))) {
                                wrong.add(text(key, labels, key + "=" + value));
                            }
                        });
        for (final LabelRequirement requirement : selector.matchExpressions()) {
            if (!requirement.matches(labels)) {
                final LabelSelector alone = new LabelSelector(Map.of(), List.of(requirement));
                wrong.add(text(requirement.key(), labels, PolicyText.selector(alone)));
            }
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", wrong));
    }

    private static String text(
            final String key, final Map<String, String> labels, final String wanted) {
        final String value = labels.get(key);
        return "label "
                + key
                + (value == null ? " is missing" : " is " + (value.isEmpty() ? "empty" : value))
                + " (wants "
                + wanted
                + ")";
    }
}
