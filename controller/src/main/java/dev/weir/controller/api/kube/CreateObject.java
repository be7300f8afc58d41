package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Precondition;
import java.util.concurrent.CompletableFuture;

/** {@code POST}: 201, or 409 when there is one of that name. */
record CreateObject(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final boolean dryRun = WriteOptions.dryRun(request);
        final ObjectNode object = request.object();
        Metadata.fitToPath(object, store.kind(), Key.of(request));
        Metadata.generateName(object);
        if (Metadata.resourceVersion(object, store.kind()) != 0) {
            throw ApiException.badRequest(
                    "metadata.resourceVersion: set (expected: none on an object to be created)");
        }
        final Precondition precondition = new Precondition(Precondition.Kind.CREATE, 0, dryRun);
        return Verbs.write(
                        () -> store.put(object, precondition),
                        store.kind(),
                        Metadata.text(Metadata.of(object), "name"))
                .thenApply(written -> Response.json(201, written));
    }
}
