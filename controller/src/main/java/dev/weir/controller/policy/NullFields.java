package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Takes away fields that are null: Kubernetes does not return them either. */
final class NullFields {
    private NullFields() {}

    static void drop(final JsonNode json) {
        if (json instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        json.forEach(NullFields::drop);
    }
}
