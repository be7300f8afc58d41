package dev.weir.controller.apply;

import dev.weir.controller.policy.Cause;
import java.util.List;
import java.util.stream.Collectors;

/** A request that was refused and changed nothing; carries what a Kubernetes Status needs. */
public final class ControllerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient List<Cause> causes;

    /**
     * A refusal.
     *
     * @param code HTTP status
     * @param reason Kubernetes' word for it ({@code Conflict}, {@code Invalid}, ...)
     * @param message for people: what, and how to mend it
     * @param causes what exactly, by field; may be empty
     */
    public ControllerException(
            final int code, final String reason, final String message, final List<Cause> causes) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.causes = List.copyOf(causes);
    }

    /** 404. */
    public static ControllerException notFound(final String kind, final String name) {
        return new ControllerException(
                404, "NotFound", kind + " \"" + name + "\" not found", List.of());
    }

    /** 409: there is one of that name. */
    public static ControllerException alreadyExists(final String kind, final String name) {
        return new ControllerException(
                409, "AlreadyExists", kind + " \"" + name + "\" already exists", List.of());
    }

    /** 409: what the caller read is not what is there now. */
    public static ControllerException conflict(final String message) {
        return new ControllerException(409, "Conflict", message, List.of());
    }

    /** 422, with the field that is wrong. */
    public static ControllerException invalid(final String field, final String message) {
        return new ControllerException(
                422, "Invalid", message, List.of(new Cause(field, "FieldValueInvalid", message)));
    }

    /** 500: the kernel or the disk refused; nothing of the request is in force. */
    public static ControllerException internal(final String message) {
        return new ControllerException(500, "InternalError", message, List.of());
    }

    /** 503: not now. */
    public static ControllerException unavailable(final String message) {
        return new ControllerException(503, "ServiceUnavailable", message, List.of());
    }

    /** Refusals of several items of one request: one code if all have the same, else 422. */
    static ControllerException several(
            final List<ControllerException> refusals, final List<Cause> causes) {
        final ControllerException first = refusals.get(0);
        final boolean alike = refusals.stream().allMatch(each -> each.code() == first.code());
        return new ControllerException(
                alike ? first.code() : 422,
                alike ? first.reason() : "Invalid",
                causes.stream()
                        .map(cause -> cause.field() + ": " + cause.message())
                        .collect(Collectors.joining(", ")),
                causes);
    }

    /** What is wrong with the item at {@code place} of a request with several. */
    List<Cause> causesOf(final String place) {
        return causes.isEmpty()
                ? List.of(new Cause(place, reason, getMessage()))
                : causes.stream()
                        .map(
                                each ->
                                        new Cause(
                                                place + "." + each.field(),
                                                each.reason(),
                                                each.message()))
                        .toList();
    }

    /** HTTP status. */
    public int code() {
        return code;
    }

    /** Kubernetes' word for it. */
    public String reason() {
        return reason;
    }

    /** What exactly, by field. */
    public List<Cause> causes() {
        return causes;
    }
}
