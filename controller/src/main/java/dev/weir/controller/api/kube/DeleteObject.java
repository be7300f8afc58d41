package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.KubernetesStatus;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Precondition;
import java.util.concurrent.CompletableFuture;

/** {@code DELETE}: a {@code Status} with the object's details. */
record DeleteObject(Writer writer) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final DeleteOptions options = DeleteOptions.of(request);
        final Key key = Key.of(request);
        final ObjectStore store = writer.store();
        final Kind kind = store.kind();
        if (!store.written(key)) {
            throw ApiException.notFound(kind.details(key.name()));
        }
        store.find(key)
                .ifPresent(
                        current ->
                                Metadata.checkUid(
                                        options.preconditions(),
                                        current,
                                        kind.details(key.name())));
        final Precondition precondition =
                new Precondition(
                        Precondition.Kind.REPLACE,
                        Metadata.resourceVersion(
                                Json.object().set("metadata", options.preconditions()), kind),
                        options.dryRun());
        return writer.settled(() -> store.delete(key, precondition), key.name())
                .thenApply(
                        deleted ->
                                Response.json(
                                        KubernetesStatus.success(
                                                kind.details(key.name())
                                                        .withUid(
                                                                Metadata.text(
                                                                        deleted.path("metadata"),
                                                                        "uid")))));
    }
}
