package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.KubernetesStatus;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.endpoint.Endpoint;
import java.util.concurrent.CompletableFuture;

/** {@code DELETE /v1/endpoints/{id}}: detaches; policy no longer applies to the container. */
record DetachEndpoint(Desired desired) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Endpoint endpoint = EndpointRoutes.find(desired.snapshot(), request.parameter("id"));
        return desired.detach(endpoint.id())
                .thenApply(
                        detached ->
                                Response.json(
                                        KubernetesStatus.success(
                                                EndpointRoutes.details(detached.id()))));
    }
}
