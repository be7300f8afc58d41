package dev.weir.controller.api.http;

import java.util.List;

/**
 * Which object an error is about: {@code details} of a Kubernetes {@code Status}.
 *
 * @param group API group, empty for the core one
 * @param kind what Kubernetes puts here: the plural resource, or the kind for an invalid object
 * @param name of the object, empty when not known
 * @param uid of the object, empty when not known
 * @param causes what is wrong, field by field
 */
public record Details(String group, String kind, String name, String uid, List<Cause> causes) {
    /**
     * One thing that is wrong.
     *
     * @param reason {@code FieldValueInvalid}, {@code FieldValueRequired}…
     * @param field path as Kubernetes writes it, {@code spec.ingress[0].ports[1].port}
     */
    public record Cause(String reason, String message, String field) {}

    public static Details of(final String group, final String kind, final String name) {
        return new Details(group, kind, name, "", List.of());
    }

    public Details withCauses(final List<Cause> all) {
        return new Details(group, kind, name, uid, List.copyOf(all));
    }

    public Details withUid(final String theUid) {
        return new Details(group, kind, name, theUid, causes);
    }

    /** {@code kind.group}, or the kind alone in the core group. */
    public String resource() {
        return group.isEmpty() ? kind : kind + "." + group;
    }
}
