package dev.weir.controller.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A label selector in kubectl's text form: {@code app=web,tier!=db,env in (a,b),zone notin
 * (c),!x,y}.
 */
public final class LabelExpression {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9./_-]*";
    private static final String VALUE = "[A-Za-z0-9._-]*";
    private static final Pattern EQUALITY =
            Pattern.compile("(" + NAME + ")\\s*(=|==|!=)\\s*(" + VALUE + ")");
    private static final Pattern SET =
            Pattern.compile("(" + NAME + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*(" + NAME + ")");

    private final List<Requirement> requirements;

    private LabelExpression(final List<Requirement> requirements) {
        this.requirements = requirements;
    }

    /** Parses {@code text}; {@code parameter} names it in the error. */
    public static LabelExpression parse(final String parameter, final String text) {
        final List<Requirement> requirements = new ArrayList<>();
        for (final String part : text.split(",(?![^(]*\\))", -1)) {
            final Requirement requirement = requirement(part.strip());
            if (requirement == null) {
                throw new InvalidFlowQueryException(
                        parameter, text, "a label selector such as app=web,tier in (a,b),!debug");
            }
            requirements.add(requirement);
        }
        return new LabelExpression(requirements);
    }

    private static Requirement requirement(final String part) {
        final Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            return new Requirement(
                    equality.group(1),
                    Set.of(equality.group(3)),
                    equality.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN);
        }
        final Matcher set = SET.matcher(part);
        if (set.matches()) {
            return new Requirement(
                    set.group(1),
                    Set.copyOf(List.of(set.group(3).strip().split("\\s*,\\s*", -1))),
                    set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN);
        }
        final Matcher exists = EXISTS.matcher(part);
        return exists.matches()
                ? new Requirement(
                        exists.group(2),
                        Set.of(),
                        exists.group(1).isEmpty() ? Operator.EXISTS : Operator.ABSENT)
                : null;
    }

    /** True if all of it holds. */
    public boolean matches(final Map<String, String> labels) {
        for (final Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    private enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        ABSENT
    }

    private record Requirement(String name, Set<String> values, Operator operator) {
        boolean matches(final Map<String, String> labels) {
            final String value = labels.get(name);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case ABSENT -> value == null;
            };
        }
    }
}
