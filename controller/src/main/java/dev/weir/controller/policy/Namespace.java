package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A valid {@code v1} Namespace.
 *
 * @param meta its labels always hold {@link #NAME_LABEL}
 * @param json the object as REST returns it; not to be changed
 */
public record Namespace(ObjectMeta meta, JsonNode json) implements ApiObject {
    /** The label whose value is always the namespace's name. */
    public static final String NAME_LABEL = "kubernetes.io/metadata.name";

    @Override
    public String key() {
        return meta.name();
    }
}
