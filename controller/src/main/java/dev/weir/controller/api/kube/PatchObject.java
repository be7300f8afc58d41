package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.kube.fields.Ownership;
import dev.weir.controller.apply.Precondition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code PATCH}: reads, changes, writes with what was read as the condition, and begins anew when
 * somebody else was faster, as the API server does. Server-side apply is {@link ApplyObject}.
 */
record PatchObject(Writer writer) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        if (Bodies.mediaType(request.contentType()).equals(PatchTypes.APPLY)) {
            return new ApplyObject(writer).handle(request);
        }
        final WriteOptions options = WriteOptions.of(request);
        if (options.force()) {
            throw WriteOptions.invalid(
                    "force",
                    "FieldValueForbidden",
                    "Forbidden: may not be specified for non-apply patch");
        }
        final Patch patch = Patch.of(request, writer.store().kind());
        final Key key = Key.of(request);
        return writer.write(
                request, 200, key.name(), options, live -> draft(key, patch, options, live));
    }

    private Writer.Draft draft(
            final Key key,
            final Patch patch,
            final WriteOptions options,
            final Optional<JsonNode> live) {
        final Kind kind = writer.store().kind();
        final JsonNode current =
                live.orElseThrow(() -> ApiException.notFound(kind.details(key.name())));
        final long read = Metadata.resourceVersion(current, kind);
        final ObjectNode patched = apply(patch, current);
        Metadata.fitToPath(patched, kind, key);
        Metadata.checkUid(Metadata.of(patched), current, kind.details(key.name()));
        final long wanted = Metadata.resourceVersion(patched, kind);
        final boolean askedFor = wanted != read && wanted != 0;
        if (Ownership.isKept(current) || Ownership.isKept(patched)) {
            writer.ownership().update(current, patched, options.manager());
        }
        final Precondition precondition =
                writer.store().written(key)
                        ? new Precondition(
                                Precondition.Kind.REPLACE,
                                askedFor ? wanted : read,
                                options.dryRun())
                        : new Precondition(Precondition.Kind.CREATE, 0, options.dryRun());
        return new Writer.Draft(patched, precondition, !askedFor);
    }

    private static ObjectNode apply(final Patch patch, final JsonNode current) {
        final JsonNode patched = patch.apply(current.deepCopy());
        if (patched instanceof ObjectNode) {
            return (ObjectNode) patched;
        }
        throw ApiException.badRequest(
                "the patched object is " + Bodies.describe(patched) + " (expected: an object)");
    }
}
