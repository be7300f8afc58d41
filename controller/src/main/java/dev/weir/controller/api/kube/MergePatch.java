package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Json;
import java.util.Map;

/** JSON merge patch, RFC 7386: objects are merged, null removes, all else replaces. */
record MergePatch(ObjectNode patch) implements Patch {
    static MergePatch of(final JsonNode patch) {
        if (patch instanceof ObjectNode) {
            return new MergePatch((ObjectNode) patch);
        }
        throw ApiException.badRequest(
                "merge patch: " + Bodies.describe(patch) + " (expected: an object)");
    }

    @Override
    public JsonNode apply(final JsonNode object) {
        return merge(object, patch);
    }

    private static JsonNode merge(final JsonNode target, final JsonNode patch) {
        if (!(patch instanceof ObjectNode)) {
            return patch;
        }
        final ObjectNode merged =
                target instanceof ObjectNode ? (ObjectNode) target : Json.object();
        for (final Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merge(merged.path(field.getKey()), field.getValue()));
            }
        }
        return merged;
    }
}
