package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Request;

/** A change of an object. */
@FunctionalInterface
interface Patch {
    /** The changed object; may change and return {@code object} itself. */
    JsonNode apply(JsonNode object);

    /**
     * The patch in a request's body.
     *
     * @throws ApiException 400 malformed, 415 for a kind of patch that is not known
     */
    static Patch of(final Request request) {
        final String type = Bodies.mediaType(request.contentType());
        return switch (type) {
            case "application/json-patch+json" -> JsonPatch.of(Bodies.json(request.body()));
            case "application/merge-patch+json" -> MergePatch.of(Bodies.json(request.body()));
            case "application/strategic-merge-patch+json" ->
                    StrategicMergePatch.of(Bodies.json(request.body()));
            default ->
                    throw ApiException.unsupportedMediaType(
                            request.contentType().isEmpty() ? "none" : request.contentType(),
                            "application/json-patch+json, application/merge-patch+json or"
                                    + " application/strategic-merge-patch+json");
        };
    }
}
