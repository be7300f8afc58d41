package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.kube.fields.ConflictException;
import dev.weir.controller.apply.Precondition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Server-side apply: a manager says all that it wants, and owns that from then on. */
record ApplyObject(Writer writer) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final WriteOptions options = WriteOptions.of(request);
        if (!options.namedManager()) {
            throw WriteOptions.invalid(
                    "fieldManager",
                    "FieldValueRequired",
                    "Required value: is required for apply patch");
        }
        final ObjectNode config = Request.requireObject(Bodies.yaml(request.body()));
        final Key key = Key.of(request);
        Metadata.fitToPath(config, writer.store().kind(), key);
        if (Metadata.of(config).has("managedFields")) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        return writer.write(
                request, 200, key.name(), options, live -> draft(key, config, options, live));
    }

    private Writer.Draft draft(
            final Key key,
            final ObjectNode config,
            final WriteOptions options,
            final Optional<JsonNode> live) {
        final Kind kind = writer.store().kind();
        final boolean written = live.isPresent() && writer.store().written(key);
        final long asked = Metadata.resourceVersion(config, kind);
        final long read = live.map(each -> Metadata.resourceVersion(each, kind)).orElse(0L);
        live.ifPresent(
                current ->
                        Metadata.checkUid(Metadata.of(config), current, kind.details(key.name())));
        final ObjectNode next;
        try {
            next =
                    writer.ownership()
                            .apply(
                                    written ? live : Optional.empty(),
                                    config,
                                    options.manager(),
                                    options.force(),
                                    merged -> writer.store().parse().apply(merged).json());
        } catch (final ConflictException e) {
            throw ApiException.of(
                    409,
                    "Conflict",
                    e.getMessage(),
                    kind.details(key.name()).withCauses(e.causes()));
        }
        Metadata.of(next).remove("resourceVersion");
        final Precondition precondition =
                written
                        ? new Precondition(
                                Precondition.Kind.REPLACE,
                                asked == 0 ? read : asked,
                                options.dryRun())
                        : new Precondition(Precondition.Kind.CREATE, 0, options.dryRun());
        return new Writer.Draft(next, precondition, asked == 0);
    }
}
