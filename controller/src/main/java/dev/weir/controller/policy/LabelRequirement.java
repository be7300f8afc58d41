package dev.weir.controller.policy;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One element of {@code matchExpressions}.
 *
 * @param key of the label
 * @param operator how the values are meant
 * @param values empty for {@code EXISTS} and {@code DOES_NOT_EXIST}, else at least one
 */
public record LabelRequirement(String key, Operator operator, Set<String> values) {
    /** How a requirement's values are meant. */
    public enum Operator {
        /** The label is there with one of the values. */
        IN("In"),
        /** The label is not there, or has none of the values. */
        NOT_IN("NotIn"),
        /** The label is there. */
        EXISTS("Exists"),
        /** The label is not there. */
        DOES_NOT_EXIST("DoesNotExist");

        private final String text;

        Operator(final String text) {
            this.text = text;
        }

        /** As Kubernetes spells it. */
        public String text() {
            return text;
        }
    }

    public LabelRequirement {
        values = Set.copyOf(values);
    }

    /** True when {@code labels} meet the condition. */
    public boolean matches(final Map<String, String> labels) {
        final String value = labels.get(key);
        return switch (operator) {
            case IN -> value != null && values.contains(value);
            case NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
        };
    }

    @Override
    public String toString() {
        return key + " " + operator.text() + " " + new TreeSet<>(values);
    }
}
