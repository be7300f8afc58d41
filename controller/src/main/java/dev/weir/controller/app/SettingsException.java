package dev.weir.controller.app;

import java.util.List;

/** The settings are wrong; the message has one line a problem, each with its key. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingsException(final List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
