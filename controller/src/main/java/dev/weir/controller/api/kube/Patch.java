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
    static Patch of(final Request request, final Kind kind) {
        final String type = Bodies.mediaType(request.contentType());
        if (!PatchTypes.of(kind).contains(type)) {
            throw ApiException.unsupportedMediaType(
                    request.contentType().isEmpty() ? "none" : request.contentType(),
                    String.join(", ", PatchTypes.of(kind)));
        }
        return switch (type) {
            case PatchTypes.JSON -> JsonPatch.of(Bodies.json(request.body()));
            case PatchTypes.MERGE -> MergePatch.of(Bodies.json(request.body()));
            default -> StrategicMergePatch.of(Bodies.json(request.body()));
        };
    }
}
