package dev.weir.controller.lint;

import dev.weir.controller.policy.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what was found. */
final class Warnings {
    private final List<LintWarning> list = new ArrayList<>();

    void add(final String field, final String code, final String message) {
        list.add(new LintWarning(field, code, message));
    }

    /** True, and told, when no labels at all meet the selector. */
    boolean contradiction(final String field, final LabelSelector selector) {
        final Optional<String> key = SelectorLogic.contradiction(selector);
        key.ifPresent(
                label ->
                        add(
                                field,
                                "contradiction",
                                "matches nothing: no value of label "
                                        + label
                                        + " meets all of its conditions"));
        return key.isPresent();
    }

    List<LintWarning> list() {
        return List.copyOf(list);
    }
}
