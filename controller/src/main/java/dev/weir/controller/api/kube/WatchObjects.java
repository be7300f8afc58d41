package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code watch=true}: what is there (where no version is given, or {@code sendInitialEvents} asks
 * for it), then each change as it comes.
 */
record WatchObjects(ObjectStore store) implements Handler {
    /** As the API server: none of a client's watches is for ever. */
    private static final long LONGEST_SECONDS = 3_600;

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Representation representation = Representation.of(request);
        final Key key = Key.of(request);
        Selection selection = Selection.of(request);
        if (!key.name().isEmpty()) {
            selection = selection.andName(key.name());
        }
        final Snapshot snapshot = store.desired().snapshot();
        final Optional<Long> from = Versions.of(request);
        final Optional<Boolean> initial =
                request.query("sendInitialEvents").map(text -> request.flag("sendInitialEvents"));
        if (initial.isPresent()
                && !request.query("resourceVersionMatch").orElse("").equals("NotOlderThan")) {
            throw ApiException.badRequest(
                    "query resourceVersionMatch: missing (expected: NotOlderThan, with"
                            + " sendInitialEvents)");
        }
        final boolean withInitial = initial.orElse(from.isEmpty());
        final List<JsonNode> there =
                withInitial
                        ? List.copyOf(store.list(snapshot, key.namespace()).values())
                        : List.of();
        final long version =
                withInitial || from.isEmpty() ? snapshot.resourceVersion() : from.get();
        final boolean bookmarks = request.flag("allowWatchBookmarks");
        final WatchEvents events =
                new WatchEvents(
                        store,
                        key.namespace(),
                        selection,
                        representation,
                        there,
                        version,
                        bookmarks,
                        bookmarks && initial.orElse(false),
                        lasts(request));
        return CompletableFuture.completedFuture(
                new Response.Streamed(representation.contentType(), events));
    }

    private static Duration lasts(final Request request) {
        final String text = request.query("timeoutSeconds").orElse("0");
        if (!text.matches("[0-9]{1,18}")) {
            throw ApiException.badRequest(
                    "query timeoutSeconds: " + text + " (expected: a number of seconds)");
        }
        final long seconds = Long.parseLong(text);
        return Duration.ofSeconds(
                seconds == 0 ? LONGEST_SECONDS : Math.min(seconds, LONGEST_SECONDS));
    }
}
