package dev.weir.controller.api.http;

import java.util.List;

/** A request that cannot be answered as asked, with what a Kubernetes {@code Status} says of it. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient Details details;
    private final transient List<String> allowedMethods;

    private ApiException(
            final int code,
            final String reason,
            final String message,
            final Details details,
            final List<String> allowedMethods) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
        this.allowedMethods = allowedMethods;
    }

    /** An error about the object that {@code details} names; null where there is none. */
    public static ApiException of(
            final int code, final String reason, final String message, final Details details) {
        return new ApiException(code, reason, message, details, List.of());
    }

    /** 400: the request itself is malformed. */
    public static ApiException badRequest(final String message) {
        return of(400, "BadRequest", message, null);
    }

    /** 404, for a path that no route has. */
    public static ApiException noSuchPath(final String path) {
        return of(404, "NotFound", path + ": no such resource (see /openapi.json)", null);
    }

    /** 404, for an object of a known resource; {@code resource} is {@code plural.group}. */
    public static ApiException notFound(final Details object) {
        return of(
                404,
                "NotFound",
                object.resource() + " \"" + object.name() + "\" not found",
                object);
    }

    /** 405, with what the path does allow. */
    public static ApiException methodNotAllowed(
            final String method, final String path, final List<String> allowed) {
        return new ApiException(
                405,
                "MethodNotAllowed",
                "method: "
                        + method
                        + " (expected on "
                        + path
                        + ": "
                        + String.join(", ", allowed)
                        + ")",
                null,
                allowed);
    }

    /** 406. */
    public static ApiException notAcceptable(final String accept, final String produced) {
        return of(
                406, "NotAcceptable", "Accept: " + accept + " (expected: " + produced + ")", null);
    }

    /** 415. */
    public static ApiException unsupportedMediaType(final String type, final String expected) {
        return of(
                415,
                "UnsupportedMediaType",
                "Content-Type: " + type + " (expected: " + expected + ")",
                null);
    }

    /** 422: well formed, but says something that cannot be; each cause names its field. */
    public static ApiException invalid(final Details details) {
        final StringBuilder message = new StringBuilder(80).append(details.resource());
        if (!details.name().isEmpty()) {
            message.append(" \"").append(details.name()).append('"');
        }
        message.append(" is invalid: ");
        String separator = "";
        for (final Details.Cause cause : details.causes()) {
            message.append(separator);
            if (!cause.field().isEmpty()) {
                message.append(cause.field()).append(": ");
            }
            message.append(cause.message());
            separator = ", ";
        }
        return of(422, "Invalid", message.toString(), details);
    }

    /** HTTP status. */
    public int code() {
        return code;
    }

    /** Kubernetes' word for it: {@code NotFound}, {@code AlreadyExists}, {@code Conflict}… */
    public String reason() {
        return reason;
    }

    /** What the error is about, or null. */
    public Details details() {
        return details;
    }

    /** For the {@code Allow} header of a 405; empty otherwise. */
    public List<String> allowedMethods() {
        return allowedMethods == null ? List.of() : allowedMethods;
    }
}
