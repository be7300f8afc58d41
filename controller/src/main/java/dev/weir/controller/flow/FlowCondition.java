package dev.weir.controller.flow;

/**
 * One filter.
 *
 * @param negated true if the flow must not match
 */
public record FlowCondition(Field field, Side side, Matcher matcher, boolean negated) {

    /** What is looked at. */
    public enum Field {
        NAMESPACE,
        POD,
        CONTAINER,
        LABEL,
        IDENTITY,
        IP,
        PORT,
        PROTOCOL,
        VERDICT,
        DIRECTION,
        ENDPOINT
    }

    /** Which end of the flow is looked at; FROM is the one that opened it. */
    public enum Side {
        EITHER,
        FROM,
        TO
    }

    /** Tests one end of a flow. */
    @FunctionalInterface
    public interface Matcher {
        boolean matches(FlowRecord flow, boolean source);
    }

    /** Whether the flow matches, negation not considered. */
    boolean holds(final FlowRecord flow) {
        return switch (side) {
            case FROM -> matcher.matches(flow, true);
            case TO -> matcher.matches(flow, false);
            case EITHER -> matcher.matches(flow, true) || matcher.matches(flow, false);
        };
    }
}
