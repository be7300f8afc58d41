package dev.weir.controller.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads a label selector. */
final class SelectorParser {
    private SelectorParser() {}

    static LabelSelector parse(final FieldReader selector) {
        final Map<String, String> labels = selector.textMap("matchLabels");
        MetaParser.checkLabels(labels, selector.path("matchLabels"), selector.problems());
        final List<LabelRequirement> requirements = new ArrayList<>();
        for (final FieldReader expression : selector.objects("matchExpressions")) {
            requirement(expression).ifPresent(requirements::add);
        }
        selector.finish();
        return new LabelSelector(labels, requirements);
    }

    private static Optional<LabelRequirement> requirement(final FieldReader expression) {
        final Problems problems = expression.problems();
        final String key = expression.text("key").orElse("");
        NameRules.labelKey(key)
                .forEach(wrong -> problems.invalid(expression.path("key"), key, wrong));
        final Optional<LabelRequirement.Operator> operator = operator(expression);
        final List<String> values = expression.texts("values");
        operator.ifPresent(known -> checkValues(expression, known, values));
        expression.finish();
        return operator.map(
                known -> {
                    final List<String> read = values.stream().filter(Objects::nonNull).toList();
                    return new LabelRequirement(key, known, new HashSet<>(read));
                });
    }

    private static Optional<LabelRequirement.Operator> operator(final FieldReader expression) {
        final Optional<String> text = expression.text("operator");
        final Optional<LabelRequirement.Operator> operator =
                Arrays.stream(LabelRequirement.Operator.values())
                        .filter(known -> known.text().equals(text.orElse("")))
                        .findFirst();
        if (operator.isEmpty()) {
            expression
                    .problems()
                    .invalid(
                            expression.path("operator"),
                            text.orElse(""),
                            "not a valid selector operator"
                                    + " (expected: In, NotIn, Exists or DoesNotExist)");
        }
        return operator;
    }

    private static void checkValues(
            final FieldReader expression,
            final LabelRequirement.Operator operator,
            final List<String> values) {
        final Problems problems = expression.problems();
        final String field = expression.path("values");
        final boolean wanted =
                operator == LabelRequirement.Operator.IN
                        || operator == LabelRequirement.Operator.NOT_IN;
        if (wanted && values.isEmpty()) {
            problems.required(field, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        if (!wanted && !values.isEmpty()) {
            problems.forbidden(
                    field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        for (int i = 0; i < values.size(); i++) {
            final String value = values.get(i);
            final String place = field + "[" + i + "]";
            if (value != null) {
                NameRules.labelValue(value).forEach(wrong -> problems.invalid(place, value, wrong));
            }
        }
    }
}
