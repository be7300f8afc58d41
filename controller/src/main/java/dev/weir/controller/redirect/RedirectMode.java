package dev.weir.controller.redirect;

import java.util.Locale;

/** Setting {@code --local-redirect}. */
public enum RedirectMode {
    /** Where nothing but the bridge itself would miss the frames. */
    AUTO,
    /** Never. */
    OFF;

    /**
     * The mode named {@code text}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RedirectMode parse(final String text) {
        for (final RedirectMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("localRedirect: " + text + " (expected: auto or off)");
    }

    /** As the setting is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
