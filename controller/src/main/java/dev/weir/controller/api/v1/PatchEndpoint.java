package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code PATCH /v1/endpoints/{id}}: merge patch of {@code labels} and {@code ports}. */
record PatchEndpoint(Desired desired, EndpointView view) implements Handler {
    private static final String MERGE_PATCH = "application/merge-patch+json";

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final String id = request.parameter("id");
        final ObjectNode patch = patch(request);
        final Endpoint endpoint = EndpointRoutes.find(desired.snapshot(), id);
        final Fields fields = Fields.of(patch).only("labels", "ports");
        final Map<String, Optional<String>> labels = new LinkedHashMap<>();
        if (patch.path("labels").isNull()) {
            endpoint.labels().keySet().forEach(key -> labels.put(key, Optional.empty()));
        }
        labels.putAll(fields.changes("labels"));
        final Optional<List<NamedPort>> ports =
                patch.has("ports") ? Optional.of(fields.ports("ports")) : Optional.empty();
        fields.check(EndpointRoutes.details(id));
        return desired.patch(endpoint.id(), labels, ports)
                .thenApply(patched -> Response.json(view.one(patched, desired.snapshot())));
    }

    private static ObjectNode patch(final Request request) {
        if (!Bodies.mediaType(request.contentType()).equals(MERGE_PATCH)) {
            throw ApiException.unsupportedMediaType(
                    request.contentType().isEmpty() ? "none" : request.contentType(), MERGE_PATCH);
        }
        return Request.requireObject(Bodies.json(request.body()));
    }
}
