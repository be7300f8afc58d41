package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import java.util.concurrent.CompletableFuture;

/** {@code GET} of one object; {@code watch} follows it. */
record GetObject(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        if (request.flag("watch")) {
            return new WatchObjects(store).handle(request);
        }
        final Representation representation = Representation.of(request);
        final Key key = Key.of(request);
        final JsonNode object =
                store.find(key)
                        .orElseThrow(() -> ApiException.notFound(store.kind().details(key.name())));
        return CompletableFuture.completedFuture(representation.one(200, store.kind(), object));
    }
}
