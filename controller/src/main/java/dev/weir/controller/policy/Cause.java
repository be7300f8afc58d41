package dev.weir.controller.policy;

/**
 * One problem of an object, as in {@code details.causes} of a Kubernetes Status.
 *
 * @param field path such as {@code spec.ingress[0].ports[1].port}
 * @param reason {@code FieldValueInvalid}, {@code FieldValueRequired}, {@code
 *     FieldValueNotSupported}, {@code FieldValueForbidden}, {@code FieldValueTypeInvalid}, {@code
 *     FieldValueTooLong}, {@code FieldValueTooMany}, {@code FieldValueDuplicate} or {@code
 *     FieldValueUnknown} (no such field)
 * @param message one sentence: what came and what was expected
 */
public record Cause(String field, String reason, String message) {
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
