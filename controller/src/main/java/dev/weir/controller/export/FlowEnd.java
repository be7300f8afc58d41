package dev.weir.controller.export;

import dev.weir.controller.flow.FlowRecord;

/** Why a flow is reported now; the numbers are IANA's {@code flowEndReason}, element 136. */
public enum FlowEnd {
    /** Nothing came for longer than the timeout of its kind. */
    IDLE_TIMEOUT(1, "idle-timeout"),
    /** It goes on; this is what the report interval brought. */
    ACTIVE_TIMEOUT(2, "active-timeout"),
    /** Both sides closed, or one reset, or the addresses and ports were used again. */
    END_OF_FLOW(3, "end-of-flow"),
    /** The agent ends, or the container is gone. */
    FORCED(4, "forced"),
    /** It was still open, but its memory was needed. */
    LACK_OF_RESOURCES(5, "lack-of-resources");

    private final int number;
    private final String text;

    FlowEnd(final int number, final String text) {
        this.number = number;
        this.text = text;
    }

    /** As IANA numbers it. */
    public int number() {
        return number;
    }

    /** In lower case with dashes. */
    public String text() {
        return text;
    }

    static FlowEnd of(final FlowRecord flow) {
        if (flow.event() != FlowRecord.Event.ENDED) {
            return ACTIVE_TIMEOUT;
        }
        final FlowRecord.CloseReason reason = flow.closeReason();
        if (reason == null) {
            return IDLE_TIMEOUT; // denied traffic
        }
        return switch (reason) {
            case FIN, RESET_BY_SOURCE, RESET_BY_DESTINATION, REFUSED, REUSED -> END_OF_FLOW;
            case TIMEOUT -> IDLE_TIMEOUT;
            case EVICTED -> LACK_OF_RESOURCES;
            case DETACHED -> FORCED;
        };
    }
}
