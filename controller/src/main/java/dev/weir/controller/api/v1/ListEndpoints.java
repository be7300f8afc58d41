package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.discovery.ContainerDiscovery;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/endpoints}, with {@code all=true} also what is not attached. */
record ListEndpoints(Desired desired, EndpointView view, ContainerDiscovery found)
        implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Snapshot snapshot = desired.snapshot();
        final ObjectNode body = Json.object();
        final ArrayNode items = view.all(snapshot);
        if (request.flag("all")) {
            FoundView.complete(items, found.find());
        }
        body.set("items", items);
        body.put("revision", snapshot.revision());
        return CompletableFuture.completedFuture(Response.json(body));
    }
}
