package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Precondition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code PATCH}: reads, changes, writes with what was read as the condition, and begins anew when
 * somebody else was faster, as the API server does.
 */
record PatchObject(ObjectStore store) implements Handler {
    private static final int ATTEMPTS = 5;

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final boolean dryRun = WriteOptions.dryRun(request);
        final Patch patch = Patch.of(request);
        return attempt(Key.of(request), patch, dryRun, ATTEMPTS).thenApply(Response::json);
    }

    private CompletableFuture<JsonNode> attempt(
            final Key key, final Patch patch, final boolean dryRun, final int left) {
        final Kind kind = store.kind();
        final Optional<JsonNode> current = store.find(key);
        if (current.isEmpty()) {
            throw ApiException.notFound(kind.details(key.name()));
        }
        final long read = Metadata.resourceVersion(current.get(), kind);
        final ObjectNode patched = apply(patch, current.get());
        Metadata.fitToPath(patched, kind, key);
        Metadata.checkUid(Metadata.of(patched), current.get(), kind.details(key.name()));
        final long wanted = Metadata.resourceVersion(patched, kind);
        final boolean askedFor = wanted != read && wanted != 0;
        final Precondition precondition =
                store.written(key)
                        ? new Precondition(
                                Precondition.Kind.REPLACE, askedFor ? wanted : read, dryRun)
                        : new Precondition(Precondition.Kind.CREATE, 0, dryRun);
        return Verbs.write(() -> store.put(patched, precondition), kind, key.name())
                .exceptionallyCompose(
                        failure ->
                                !askedFor && left > 1 && isConflict(failure)
                                        ? attempt(key, patch, dryRun, left - 1)
                                        : CompletableFuture.failedFuture(failure));
    }

    private static ObjectNode apply(final Patch patch, final JsonNode current) {
        final JsonNode patched = patch.apply(current.deepCopy());
        if (patched instanceof ObjectNode) {
            return (ObjectNode) patched;
        }
        throw ApiException.badRequest(
                "the patched object is " + Bodies.describe(patched) + " (expected: an object)");
    }

    private static boolean isConflict(final Throwable failure) {
        final Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof ApiException && ((ApiException) cause).code() == 409;
    }
}
