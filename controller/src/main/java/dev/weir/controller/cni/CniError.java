package dev.weir.controller.cni;

/** A verb that failed, as the CNI specification wants it told (section 5, error codes). */
final class CniError extends RuntimeException {
    static final int INCOMPATIBLE_VERSION = 1;
    static final int UNKNOWN_CONTAINER = 3;
    static final int INVALID_ENVIRONMENT = 4;
    static final int IO_FAILURE = 5;
    static final int DECODING_FAILURE = 6;
    static final int INVALID_CONFIG = 7;
    static final int TRY_AGAIN_LATER = 11;
    static final int NOT_AVAILABLE = 50;

    /** Ours: the container is not enforced as it should be (CHECK). */
    static final int NOT_AS_IT_SHOULD_BE = 110;

    /** Ours: another container has the address or interface. */
    static final int TAKEN = 111;

    /** Ours: a table is full. */
    static final int NO_ROOM = 112;

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String details;

    CniError(final int code, final String message) {
        this(code, message, "");
    }

    CniError(final int code, final String message, final String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    int code() {
        return code;
    }

    String details() {
        return details;
    }
}
