package dev.weir.controller.flow;

import java.util.Locale;

/**
 * One filter.
 *
 * @param negated true if the flow must not match
 */
public record FlowCondition(Field field, Side side, Matcher matcher, boolean negated) {

    /** What is looked at. */
    public enum Field {
        /* Those with two sides come first. */
        NAMESPACE,
        POD,
        CONTAINER,
        LABEL,
        IDENTITY,
        NAME,
        IP,
        PROCESS,
        PID,
        PORT,
        PROTOCOL,
        VERDICT,
        DIRECTION,
        ENDPOINT,
        REASON,
        POLICY,
        STATE,
        CLOSE_REASON,
        TCP_FLAGS,
        MIN_BYTES,
        MIN_PACKETS,
        MIN_RTT,
        COMMUNITY_ID;

        /** As a query parameter has it: {@code min-bytes}. */
        String parameter() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** True if {@code from-} and {@code to-} of it exist. */
        boolean hasSides() {
            return ordinal() <= PORT.ordinal();
        }
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
