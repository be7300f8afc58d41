package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Chunks;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.KubernetesStatus;
import dev.weir.controller.apply.ChangeLog;
import dev.weir.controller.apply.ChangeLog.Change;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The events of one watch, a JSON object a line. Nothing waits for a slow client: it reads from the
 * log of changes that all share, and when what it would read next has left that, its watch ends
 * with an error event that makes it list anew.
 */
final class WatchEvents implements Chunks {
    private static final int LOT = 64;
    private static final long BOOKMARK_SECONDS = 60;

    private final ObjectStore store;
    private final String namespace;
    private final Selection selection;
    private final Representation representation;
    private final Queue<JsonNode> there;
    private final boolean bookmarks;
    private final Duration lasts;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Queue<Change> changes = new ArrayDeque<>();
    private CompletableFuture<Void> bookmark = new CompletableFuture<>();
    private Runnable wake = () -> {};
    private boolean initialBookmark;
    private boolean first = true;
    private boolean begun;
    private long version;
    private boolean over;

    WatchEvents(
            final ObjectStore store,
            final String namespace,
            final Selection selection,
            final Representation representation,
            final List<JsonNode> there,
            final long version,
            final boolean bookmarks,
            final boolean initialBookmark,
            final Duration lasts) {
        this.store = store;
        this.namespace = namespace;
        this.selection = selection;
        this.representation = representation;
        this.there = new ArrayDeque<>(there);
        this.version = version;
        this.bookmarks = bookmarks;
        this.initialBookmark = initialBookmark;
        this.lasts = lasts;
    }

    @Override
    public void onReady(final Runnable ready) {
        wake = ready;
        log().listen(ready);
        end.completeOnTimeout(null, lasts.toMillis(), TimeUnit.MILLISECONDS).thenRun(ready);
        nextBookmark();
    }

    private void nextBookmark() {
        if (bookmarks) {
            bookmark =
                    new CompletableFuture<Void>()
                            .completeOnTimeout(null, BOOKMARK_SECONDS, TimeUnit.SECONDS);
            bookmark.thenRun(wake);
        }
    }

    private ChangeLog log() {
        return store.desired().changes();
    }

    @Override
    public byte[] next() {
        for (JsonNode object = there.poll(); object != null; object = there.poll()) {
            if (selection.holds(object)) {
                return event("ADDED", object);
            }
        }
        if (initialBookmark) {
            initialBookmark = false;
            return bookmark(true);
        }
        while (!over) {
            if (changes.isEmpty() && !readOn()) {
                over = true;
                log().countCut();
                return gone();
            }
            final Change change = changes.poll();
            if (change == null) {
                return quiet();
            }
            version = change.version();
            final byte[] event = event(change);
            if (event != null) {
                return event;
            }
        }
        return null;
    }

    /** False when what comes next is not known any more, or has never been. */
    private boolean readOn() {
        if (!begun && version > newest()) {
            return false; // Of another life of the state directory.
        }
        begun = true;
        final Optional<List<Change>> more = log().after(version, LOT);
        more.ifPresent(changes::addAll);
        return more.isPresent();
    }

    /** A change is in the log a moment before it is in the snapshot. */
    private long newest() {
        return Math.max(log().newest(), store.desired().snapshot().resourceVersion());
    }

    private byte[] quiet() {
        if (end.isDone()) {
            over = true;
            return bookmarks ? bookmark(false) : null;
        }
        if (bookmark.isDone()) {
            nextBookmark();
            return bookmark(false);
        }
        return null;
    }

    /** What a change is to this watch: an object may come into its selection and leave it. */
    private byte[] event(final Change change) {
        if (!store.concerns(change, namespace)) {
            return null;
        }
        final boolean was = change.before() != null && selection.holds(change.before());
        final boolean is = change.after() != null && selection.holds(change.after());
        if (is) {
            return event(was ? "MODIFIED" : "ADDED", change.after());
        }
        if (!was) {
            return null;
        }
        final ObjectNode gone = change.before().deepCopy();
        gone.withObject("/metadata").put("resourceVersion", Long.toString(change.version()));
        return event("DELETED", gone);
    }

    private byte[] event(final String type, final JsonNode object) {
        final JsonNode shown = representation.event(store.kind(), object, first);
        first = false;
        return line(type, shown);
    }

    private byte[] bookmark(final boolean endOfInitial) {
        final ObjectNode object =
                Json.object()
                        .put("kind", store.kind().name())
                        .put("apiVersion", store.kind().apiVersion());
        final ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(version));
        metadata.putNull("creationTimestamp");
        if (endOfInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return line("BOOKMARK", representation.bookmark(object));
    }

    private byte[] gone() {
        return line(
                "ERROR",
                KubernetesStatus.failure(
                        410,
                        "Expired",
                        "too old resource version: " + version + " (" + newest() + ")",
                        null));
    }

    private byte[] line(final String type, final JsonNode object) {
        final ObjectNode event = Json.object().put("type", type);
        event.set("object", object);
        return Json.line(event);
    }

    @Override
    public boolean ended() {
        return over;
    }

    @Override
    public void close() {
        over = true;
        log().forget(wake);
        end.complete(null);
        bookmark.complete(null);
    }
}
