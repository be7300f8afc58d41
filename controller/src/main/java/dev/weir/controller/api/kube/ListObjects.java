package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import java.util.concurrent.CompletableFuture;

/** {@code GET} of a collection: {@code labelSelector} and {@code fieldSelector} narrow it. */
record ListObjects(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        if (request.flag("watch")) {
            throw ApiException.of(
                    405,
                    "MethodNotAllowed",
                    "watch is not supported on " + store.kind().plural(),
                    null);
        }
        final Selection selection = Selection.of(request);
        final Kind kind = store.kind();
        // Before the list, so that it is never newer than what the list holds.
        final long version = store.resourceVersion();
        final ObjectNode list =
                Json.object()
                        .put("kind", kind.name() + "List")
                        .put("apiVersion", kind.apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(version));
        final ArrayNode items = list.putArray("items");
        for (final JsonNode object : store.list(Key.of(request).namespace())) {
            if (selection.holds(object)) {
                items.add(object);
            }
        }
        return CompletableFuture.completedFuture(Response.json(list));
    }
}
