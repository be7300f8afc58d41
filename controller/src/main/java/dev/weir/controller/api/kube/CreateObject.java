package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Precondition;
import java.util.concurrent.CompletableFuture;

/** {@code POST}: 201, or 409 when there is one of that name. */
record CreateObject(Writer writer) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final WriteOptions options = WriteOptions.of(request);
        final ObjectNode object = request.object();
        final Kind kind = writer.store().kind();
        Metadata.fitToPath(object, kind, Key.of(request));
        Metadata.generateName(object);
        if (Metadata.resourceVersion(object, kind) != 0) {
            throw ApiException.badRequest(
                    "resourceVersion should not be set on objects to be created");
        }
        Metadata.of(object).remove("managedFields");
        final Precondition precondition =
                new Precondition(Precondition.Kind.CREATE, 0, options.dryRun());
        return writer.write(
                request,
                201,
                Metadata.text(Metadata.of(object), "name"),
                options,
                live -> new Writer.Draft(object, precondition, false));
    }
}
