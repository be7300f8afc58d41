package dev.weir.controller.shield;

import java.util.Locale;

/** Setting {@code --xdp}. */
public enum ShieldMode {
    /** Native XDP on a veth while its container floods. */
    AUTO,
    /** Native XDP on every veth. */
    NATIVE,
    /** Generic XDP on every veth. */
    GENERIC,
    /** Never. */
    OFF;

    /**
     * The mode named {@code text}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ShieldMode parse(final String text) {
        for (final ShieldMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "xdp: " + text + " (expected: auto, native, generic or off)");
    }

    /** As the setting is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
