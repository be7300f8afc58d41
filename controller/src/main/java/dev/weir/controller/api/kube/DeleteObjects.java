package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Precondition;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code DELETE} of a collection: those that the selectors choose, all as one revision; the answer
 * lists them.
 */
record DeleteObjects(Writer writer) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final DeleteOptions options = DeleteOptions.of(request);
        final Representation representation = Representation.of(request);
        final ObjectStore store = writer.store();
        final List<JsonNode> chosen = new ListObjects(store).selected(request);
        final List<ObjectChange> changes =
                chosen.stream()
                        .map(object -> change(store.kind(), object, options.dryRun()))
                        .toList();
        return writer.settled(() -> store.desired().change(changes), "")
                .thenApply(
                        results -> {
                            final ArrayNode gone = Json.array();
                            results.forEach(result -> gone.add(result.object().json()));
                            final ObjectNode metadata =
                                    Json.object()
                                            .put(
                                                    "resourceVersion",
                                                    Long.toString(
                                                            store.desired()
                                                                    .snapshot()
                                                                    .resourceVersion()));
                            return representation.list(store.kind(), metadata, gone);
                        });
    }

    /** What was chosen is what goes: an object written anew since then is another one. */
    private static ObjectChange change(
            final Kind kind, final JsonNode object, final boolean dryRun) {
        final JsonNode metadata = object.path("metadata");
        final Key key =
                new Key(
                        kind.namespaced() ? Metadata.text(metadata, "namespace") : "",
                        Metadata.text(metadata, "name"));
        return ObjectChange.remove(
                kind.stored(),
                key.text(),
                new Precondition(
                        Precondition.Kind.REPLACE,
                        metadata.path("resourceVersion").asLong(),
                        dryRun));
    }
}
