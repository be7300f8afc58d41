package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import java.util.concurrent.CompletableFuture;

/** {@code GET} of one object. */
record GetObject(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Key key = Key.of(request);
        return CompletableFuture.completedFuture(
                Response.json(
                        store.find(key)
                                .orElseThrow(
                                        () ->
                                                ApiException.notFound(
                                                        store.kind().details(key.name())))));
    }
}
