package dev.weir.controller.flow;

import dev.weir.controller.flow.FlowCondition.Field;
import dev.weir.controller.flow.FlowCondition.Side;

/**
 * The name of a filter's query parameter taken apart: {@code not-from-port}.
 *
 * @param negated what the filter says must not hold
 */
public record FilterName(Field field, Side side, boolean negated) {
    /** Null if no filter has this name. */
    public static FilterName of(final String parameter) {
        final boolean negated = parameter.startsWith("not-");
        final String sided = negated ? parameter.substring(4) : parameter;
        final Side side =
                sided.startsWith("from-")
                        ? Side.FROM
                        : sided.startsWith("to-") ? Side.TO : Side.EITHER;
        final String plain =
                switch (side) {
                    case FROM -> sided.substring(5);
                    case TO -> sided.substring(3);
                    case EITHER -> sided;
                };
        for (final Field field : Field.values()) {
            if (field.parameter().equals(plain) && (side == Side.EITHER || field.hasSides())) {
                return new FilterName(field, side, negated);
            }
        }
        return null;
    }
}
