package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Request;
import java.util.List;

/**
 * The query parameters of writes.
 *
 * @param dryRun all checks, no change
 * @param manager who writes: {@code fieldManager}, else what the client calls itself
 * @param namedManager true when {@code fieldManager} was given
 * @param validation what becomes of fields that are not known
 * @param force server-side apply takes over what others own
 */
record WriteOptions(
        boolean dryRun,
        String manager,
        boolean namedManager,
        Validation validation,
        boolean force) {
    private static final int LONGEST_MANAGER = 128;

    /** What becomes of fields that are not known. */
    enum Validation {
        /** Where nothing is said: a field that is not known is an error like any other. */
        DEFAULT,
        /** 400, as the API server has it. */
        STRICT,
        /** Left out, with a warning. */
        WARN,
        /** Left out. */
        IGNORE
    }

    /**
     * Those of a request.
     *
     * @throws ApiException 422 for a value that is not known
     */
    static WriteOptions of(final Request request) {
        final String manager = request.query("fieldManager").orElse("");
        if (manager.length() > LONGEST_MANAGER) {
            throw invalid(
                    "fieldManager",
                    "FieldValueTooLong",
                    "Too long: may not be more than 128 bytes");
        }
        final String agent = request.userAgent().split("/", 2)[0];
        return new WriteOptions(
                dryRun(request),
                manager.isEmpty() ? (agent.isEmpty() ? "unknown" : agent) : manager,
                !manager.isEmpty(),
                validation(request),
                request.flag("force"));
    }

    private static Validation validation(final Request request) {
        final String text = request.query("fieldValidation").orElse("");
        return switch (text) {
            case "" -> Validation.DEFAULT;
            case "Strict" -> Validation.STRICT;
            case "Warn" -> Validation.WARN;
            case "Ignore" -> Validation.IGNORE;
            default ->
                    throw invalid(
                            "fieldValidation",
                            "FieldValueNotSupported",
                            "Unsupported value: \""
                                    + text
                                    + "\": supported values: \"\", \"Ignore\", \"Strict\","
                                    + " \"Warn\"");
        };
    }

    /** True for {@code dryRun=All}. */
    static boolean dryRun(final Request request) {
        final List<String> values = request.query().getOrDefault("dryRun", List.of());
        for (final String value : values) {
            checkDryRun(value);
        }
        return !values.isEmpty();
    }

    static void checkDryRun(final String value) {
        if (!value.equals("All")) {
            throw invalid(
                    "dryRun",
                    "FieldValueNotSupported",
                    "Unsupported value: \"" + value + "\": supported values: \"All\"");
        }
    }

    static ApiException invalid(final String field, final String reason, final String message) {
        return ApiException.invalid(
                Details.of("meta.k8s.io", "options", "")
                        .withCauses(List.of(new Details.Cause(reason, message, field))));
    }
}
