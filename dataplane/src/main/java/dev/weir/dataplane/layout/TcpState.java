package dev.weir.dataplane.layout;

import java.util.Locale;

/** How far a TCP connection came; ordinals are {@code enum weir_tcp_state}. */
public enum TcpState {
    NONE,
    SYN_SENT,
    SYN_ACKED,
    ESTABLISHED,
    /** One side sent FIN. */
    CLOSING,
    /** Both sides sent FIN. */
    CLOSED,
    /** Reset by either side after it was established. */
    RESET,
    /** The answer to the SYN was a reset. */
    REFUSED;

    private static final TcpState[] VALUES = values();

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The state with the number {@code value} of {@code enum weir_tcp_state}. */
    public static TcpState of(final int value) {
        return VALUES[value];
    }

    /** True when no packet is to be expected any more. */
    public boolean isOver() {
        return ordinal() >= CLOSED.ordinal();
    }

    /** The name that REST and the CLI print: lower case, dashes. */
    public String text() {
        return text;
    }
}
