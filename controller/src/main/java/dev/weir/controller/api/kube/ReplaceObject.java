package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Precondition;
import java.util.concurrent.CompletableFuture;

/** {@code PUT}: creates or replaces; with a stale {@code resourceVersion} 409. */
record ReplaceObject(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final boolean dryRun = WriteOptions.dryRun(request);
        final ObjectNode object = request.object();
        final Key key = Key.of(request);
        final Kind kind = store.kind();
        Metadata.fitToPath(object, kind, key);
        store.find(key)
                .ifPresent(
                        current ->
                                Metadata.checkUid(
                                        Metadata.of(object), current, kind.details(key.name())));
        final Precondition precondition =
                new Precondition(
                        Precondition.Kind.ANY, Metadata.resourceVersion(object, kind), dryRun);
        return Verbs.write(() -> store.put(object, precondition), kind, key.name())
                .thenApply(Response::json);
    }
}
