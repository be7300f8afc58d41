package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_counters}: what one CPU counted for one endpoint. */
public final class EndpointCounters {
    public static final int LENGTH = 896;

    /** Of the packets in {@code struct weir_count}; the bytes follow at {@link #BYTES}. */
    public static final int BYTES = 8;

    public static final int FLOWS_CREATED_OFFSET = 832;
    public static final int FLOWS_EVICTED_OFFSET = 840;
    public static final int CONNECTIONS_OPENED_OFFSET = 848;
    public static final int CONNECTIONS_FAILED_OFFSET = 856;
    public static final int CONNECTIONS_EVICTED_OFFSET = 864;
    public static final int DNS_LOST_OFFSET = 872;
    public static final int REDIRECTED_OFFSET = 880;

    /** {@code WEIR_REASON_COUNT}: cells a direction, some of them reserved. */
    static final int REASONS = 24;

    static final int COUNT_LENGTH = 16;
    static final int BY_REASON_OFFSET = 0;
    static final int OVERFLOW_OFFSET = 768;
    static final int DENIED_OVERFLOW_OFFSET = 800;

    private EndpointCounters() {}

    /** Of the cell that counts packets with {@code reason}. */
    public static int reasonOffset(final Direction direction, final Reason reason) {
        return BY_REASON_OFFSET + (direction.ordinal() * REASONS + reason.ordinal()) * COUNT_LENGTH;
    }

    public static int overflowOffset(final Direction direction) {
        return OVERFLOW_OFFSET + direction.ordinal() * COUNT_LENGTH;
    }

    public static int deniedOverflowOffset(final Direction direction) {
        return DENIED_OVERFLOW_OFFSET + direction.ordinal() * COUNT_LENGTH;
    }
}
