package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/endpoints/{id}}. */
record GetEndpoint(Desired desired, EndpointView view) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Snapshot snapshot = desired.snapshot();
        return CompletableFuture.completedFuture(
                Response.json(
                        view.one(
                                EndpointRoutes.find(snapshot, request.parameter("id")), snapshot)));
    }
}
