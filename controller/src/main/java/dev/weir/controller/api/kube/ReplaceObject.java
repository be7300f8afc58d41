package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.kube.fields.Ownership;
import dev.weir.controller.apply.Precondition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code PUT}: creates or replaces; with a stale {@code resourceVersion} 409. */
record ReplaceObject(Writer writer) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final WriteOptions options = WriteOptions.of(request);
        final ObjectNode object = request.object();
        final Key key = Key.of(request);
        final Kind kind = writer.store().kind();
        Metadata.fitToPath(object, kind, key);
        final long asked = Metadata.resourceVersion(object, kind);
        return writer.write(
                request,
                200,
                key.name(),
                options,
                live -> draft(key, object, asked, options, live));
    }

    private Writer.Draft draft(
            final Key key,
            final ObjectNode sent,
            final long asked,
            final WriteOptions options,
            final Optional<JsonNode> live) {
        final Kind kind = writer.store().kind();
        final ObjectNode object = sent.deepCopy();
        if (live.isEmpty()) {
            return new Writer.Draft(
                    object,
                    new Precondition(Precondition.Kind.ANY, asked, options.dryRun()),
                    false);
        }
        Metadata.checkUid(Metadata.of(object), live.get(), kind.details(key.name()));
        final boolean owned =
                Ownership.isKept(live.get()) || Metadata.of(object).has("managedFields");
        if (owned) {
            writer.ownership().update(live.get(), object, options.manager());
        }
        if (!writer.store().written(key)) {
            // Was there by implication only: read, but not yet written.
            return new Writer.Draft(
                    object, new Precondition(Precondition.Kind.ANY, 0, options.dryRun()), false);
        }
        final boolean anew = owned && asked == 0;
        final long version = anew ? Metadata.resourceVersion(live.get(), kind) : asked;
        return new Writer.Draft(
                object, new Precondition(Precondition.Kind.ANY, version, options.dryRun()), anew);
    }
}
