package dev.weir.controller.policy;

import java.util.List;
import java.util.stream.Collectors;

/** An object that was refused, with all of its problems (HTTP 422). */
public final class InvalidObjectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Cause> causes;

    /**
     * @param causes at least one
     */
    public InvalidObjectException(final List<Cause> causes) {
        super(causes.stream().map(Cause::toString).collect(Collectors.joining("; ")));
        this.causes = List.copyOf(causes);
    }

    /** Every problem, in the order of the object's fields. */
    public List<Cause> causes() {
        return causes;
    }
}
