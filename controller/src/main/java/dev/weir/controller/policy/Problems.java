package dev.weir.controller.policy;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong with an object, worded as the Kubernetes API server does. */
final class Problems {
    private final List<Cause> causes = new ArrayList<>();

    void required(final String field, final String detail) {
        add(field, "FieldValueRequired", "Required value", detail);
    }

    void invalid(final String field, final Object value, final String detail) {
        add(field, "FieldValueInvalid", "Invalid value: " + quoted(value), detail);
    }

    void tooLong(final String field, final String detail) {
        add(field, "FieldValueTooLong", "Too long", detail);
    }

    void notSupported(final String field, final Object value, final List<String> supported) {
        final List<String> names = supported.stream().sorted().map(s -> '"' + s + '"').toList();
        add(
                field,
                "FieldValueNotSupported",
                "Unsupported value: " + quoted(value),
                "supported values: " + String.join(", ", names));
    }

    void forbidden(final String field, final String detail) {
        add(field, "FieldValueForbidden", "Forbidden", detail);
    }

    void wrongType(final String field, final Object value, final String detail) {
        add(field, "FieldValueTypeInvalid", "Invalid value: " + quoted(value), detail);
    }

    void unknown(final String field, final String known) {
        causes.add(
                new Cause(
                        field,
                        "FieldValueUnknown",
                        "unknown field \"" + field + "\" (expected: one of " + known + ")"));
    }

    private void add(
            final String field, final String reason, final String head, final String detail) {
        causes.add(new Cause(field, reason, detail.isEmpty() ? head : head + ": " + detail));
    }

    private static String quoted(final Object value) {
        return value instanceof String ? '"' + value.toString() + '"' : String.valueOf(value);
    }

    /**
     * @throws InvalidObjectException if there is any
     */
    void throwIfAny() {
        if (!causes.isEmpty()) {
            throw new InvalidObjectException(causes);
        }
    }
}
