package dev.weir.controller.cli;

import java.util.Locale;

/** What {@code weir top} sorts by; named as the agent names it. */
enum TopOrder {
    BYTES,
    PACKETS,
    DROPS,
    RTT,
    RETRANSMITS;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
