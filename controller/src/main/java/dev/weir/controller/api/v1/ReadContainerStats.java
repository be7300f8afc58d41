package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.flow.ContainerStatistics;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/stats/containers}. */
record ReadContainerStats(ContainerStatistics containers, Clock clock) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final ObjectNode body = Json.object();
        body.set("items", Json.tree(containers.read()));
        body.put("time", clock.instant().toString());
        return CompletableFuture.completedFuture(Response.json(body));
    }
}
