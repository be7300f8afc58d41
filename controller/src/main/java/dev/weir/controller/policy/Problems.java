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

    void tooMany(final String field, final int count, final int most) {
        add(
                field,
                "FieldValueTooMany",
                "Too many: " + count,
                "must have at most " + most + " items");
    }

    /** In the words of a CRD's schema. */
    void tooFew(final String field, final int count, final int fewest, final String what) {
        invalid(field, count, field + " in body should have at least " + fewest + " " + what);
    }

    void duplicate(final String field, final Object value) {
        add(field, "FieldValueDuplicate", "Duplicate value: " + quoted(value), "");
    }

    void atMost(final String field, final int count, final int most) {
        if (count > most) {
            tooMany(field, count, most);
        }
    }

    void between(final String field, final int count, final int fewest, final int most) {
        if (count < fewest) {
            tooFew(field, count, fewest, "items");
        }
        atMost(field, count, most);
    }

    void notLonger(final String field, final String value, final int most) {
        if (value.codePointCount(0, value.length()) > most) {
            tooLong(field, "may not be more than " + most + " bytes");
        }
    }

    /** False, and told, when {@code value} is outside. In the words of a CRD's schema. */
    boolean inRange(final String field, final long value, final long least, final long most) {
        if (value >= least && value <= most) {
            return true;
        }
        final String wanted =
                value < least
                        ? "greater than or equal to " + least
                        : "less than or equal to " + most;
        invalid(field, value, field + " in body should be " + wanted);
        return false;
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
