package dev.weir.controller.app;

/** The agent cannot start; the message says what, and how to mend it. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(final String message) {
        super(message);
    }

    StartException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
