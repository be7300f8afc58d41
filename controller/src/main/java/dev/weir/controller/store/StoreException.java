package dev.weir.controller.store;

/** The disk refused, or another agent has the state directory. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(final String message) {
        super(message);
    }

    StoreException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
