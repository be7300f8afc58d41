package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.KubernetesStatus;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Precondition;
import java.util.concurrent.CompletableFuture;

/**
 * {@code DELETE}: a {@code Status} with the object's details. The body may be {@code
 * DeleteOptions}: {@code preconditions} and {@code dryRun} are heeded, the rest has no meaning
 * here.
 */
record DeleteObject(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final ObjectNode options = request.body().length == 0 ? Json.object() : request.object();
        final Key key = Key.of(request);
        final Kind kind = store.kind();
        if (!store.written(key)) {
            throw ApiException.notFound(kind.details(key.name()));
        }
        boolean dryRun = WriteOptions.dryRun(request);
        for (final JsonNode value : options.path("dryRun")) {
            WriteOptions.checkDryRun(value.asText());
            dryRun = true;
        }
        final JsonNode wanted = options.path("preconditions");
        store.find(key)
                .ifPresent(current -> Metadata.checkUid(wanted, current, kind.details(key.name())));
        final Precondition precondition =
                new Precondition(
                        Precondition.Kind.REPLACE,
                        Metadata.resourceVersion(Json.object().set("metadata", wanted), kind),
                        dryRun);
        return Verbs.write(() -> store.delete(key, precondition), kind, key.name())
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
