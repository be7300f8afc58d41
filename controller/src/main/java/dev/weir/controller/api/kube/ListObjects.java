package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.kube.Versions.Continuation;
import dev.weir.controller.apply.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET} of a collection: {@code labelSelector} and {@code fieldSelector} narrow it, {@code
 * limit} and {@code continue} cut it into pages of one state, {@code watch} follows it.
 */
record ListObjects(ObjectStore store) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        if (request.flag("watch")) {
            return new WatchObjects(store).handle(request);
        }
        final Representation representation = Representation.of(request);
        final Selection selection = Selection.of(request);
        final int limit = limit(request);
        final Snapshot snapshot = store.desired().snapshot();
        final Optional<Continuation> rest =
                request.query("continue").filter(token -> !token.isEmpty()).map(Continuation::of);
        final long version = version(request, snapshot, rest);
        SortedMap<String, JsonNode> objects =
                store.listAt(snapshot, Key.of(request).namespace(), version);
        if (rest.isPresent()) {
            objects = objects.tailMap(rest.get().after() + "\0");
        }
        final ArrayNode items = Json.array();
        String last = "";
        int left = objects.size();
        boolean more = false;
        for (final Map.Entry<String, JsonNode> object : objects.entrySet()) {
            if (selection.holds(object.getValue())) {
                if (limit > 0 && items.size() == limit) {
                    more = true;
                    break;
                }
                items.add(object.getValue());
                last = object.getKey();
            }
            left--;
        }
        final ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(version));
        if (more) {
            metadata.put("continue", new Continuation(version, last).token());
            if (selection.isEverything()) {
                metadata.put("remainingItemCount", left);
            }
        }
        return CompletableFuture.completedFuture(
                representation.list(store.kind(), metadata, items));
    }

    private static long version(
            final Request request, final Snapshot snapshot, final Optional<Continuation> rest) {
        if (rest.isPresent()) {
            return rest.get().version();
        }
        final long newest = snapshot.resourceVersion();
        final Optional<Long> asked = Versions.of(request);
        if (asked.isPresent() && asked.get() > newest) {
            throw Versions.tooLarge(asked.get(), newest);
        }
        final String match = request.query("resourceVersionMatch").orElse("NotOlderThan");
        return switch (match) {
            case "NotOlderThan" -> newest;
            case "Exact" -> asked.orElse(newest);
            default ->
                    throw ApiException.badRequest(
                            "query resourceVersionMatch: "
                                    + match
                                    + " (expected: Exact or NotOlderThan)");
        };
    }

    private static int limit(final Request request) {
        final String text = request.query("limit").orElse("0");
        if (!text.matches("[0-9]{1,9}")) {
            throw ApiException.badRequest(
                    "query limit: " + text + " (expected: a number, 0 for all)");
        }
        return Integer.parseInt(text);
    }

    /** The objects that a request to a whole collection means. */
    List<JsonNode> selected(final Request request) {
        final Selection selection = Selection.of(request);
        final List<JsonNode> selected = new ArrayList<>();
        store.list(store.desired().snapshot(), Key.of(request).namespace())
                .values()
                .forEach(
                        object -> {
                            if (selection.holds(object)) {
                                selected.add(object);
                            }
                        });
        return selected;
    }
}
