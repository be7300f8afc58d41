package dev.weir.controller.capture;

/** A capture that cannot start now. */
public final class CaptureRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Cause {
        /** Another one runs. */
        BUSY,
        /** No container matches. */
        NOBODY
    }

    private final Cause why;

    CaptureRefusedException(final Cause why, final String message) {
        super(message);
        this.why = why;
    }

    /** For which an API has different answers. */
    public Cause why() {
        return why;
    }
}
