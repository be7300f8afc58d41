package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/endpoints}. */
record ListEndpoints(Desired desired, EndpointView view) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Snapshot snapshot = desired.snapshot();
        final ObjectNode body = Json.object();
        body.set("items", view.all(snapshot));
        body.put("revision", snapshot.revision());
        return CompletableFuture.completedFuture(Response.json(body));
    }
}
