package dev.weir.controller.endpoint;

/** A container's interface cannot be taken; the message says why and how to mend it. */
public final class ResolveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;

    /**
     * A refusal.
     *
     * @param field of the request that is wrong: {@code netns}, {@code pid}, {@code
     *     containerInterface}
     */
    public ResolveException(final String field, final String message) {
        super(message);
        this.field = field;
    }

    /** Which field of the request is wrong. */
    public String field() {
        return field;
    }
}
