package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiErrors;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.kube.WriteOptions.Validation;
import dev.weir.controller.api.kube.fields.Ownership;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.api.kube.schema.UnknownFields;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.policy.ApiObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** What all writes of objects of one kind have in common. */
record Writer(ObjectStore store, Definitions definitions, String definition, Ownership ownership) {
    /** As the API server: so often it begins anew when somebody else was faster. */
    private static final int ATTEMPTS = 5;

    /**
     * What shall be written, made from what is there.
     *
     * @param anew true when somebody else's write in between is no conflict: the change is made
     *     anew from what is there then
     */
    record Draft(ObjectNode object, Precondition precondition, boolean anew) {}

    /** Writes what {@code change} makes of the object that is there, if one is. */
    CompletableFuture<Response> write(
            final Request request,
            final int code,
            final String name,
            final WriteOptions options,
            final Function<Optional<JsonNode>, Draft> change) {
        final Representation representation = Representation.of(request);
        final Key key = new Key(Key.of(request).namespace(), name);
        return attempt(key, options, change, ATTEMPTS)
                .thenApply(
                        written ->
                                representation
                                        .one(code, store.kind(), written.object())
                                        .withWarnings(written.warnings()));
    }

    private record Written(JsonNode object, List<String> warnings) {}

    private CompletableFuture<Written> attempt(
            final Key key,
            final WriteOptions options,
            final Function<Optional<JsonNode>, Draft> change,
            final int left) {
        final Draft draft = change.apply(store.find(key));
        final List<String> warnings =
                new ArrayList<>(checkFields(draft.object(), options.validation()));
        return settled(
                        () -> {
                            final ApiObject object = store.parse().apply(draft.object());
                            warnings.addAll(PolicyWarnings.of(object, draft.object()));
                            return store.put(object, draft.precondition());
                        },
                        key.name())
                .thenApply(object -> new Written(object, warnings))
                .exceptionallyCompose(
                        failure ->
                                draft.anew() && left > 1 && isConflict(failure)
                                        ? attempt(key, options, change, left - 1)
                                        : CompletableFuture.failedFuture(failure));
    }

    /** The object's fields that are not known, gone and told of as the client asked. */
    List<String> checkFields(final ObjectNode object, final Validation validation) {
        if (validation == Validation.DEFAULT) {
            return List.of(); // The parser refuses them with all else that is wrong.
        }
        final List<String> unknown = UnknownFields.prune(definitions, definition, object);
        final List<String> texts =
                unknown.stream().map(path -> "unknown field \"" + path + "\"").toList();
        if (validation == Validation.STRICT && !unknown.isEmpty()) {
            final Kind kind = store.kind();
            throw ApiException.of(
                    400,
                    "BadRequest",
                    kind.name()
                            + " in version \""
                            + kind.version()
                            + "\" cannot be handled as a "
                            + kind.name()
                            + ": strict decoding error: "
                            + String.join(", ", texts),
                    kind.details(Metadata.text(object.path("metadata"), "name"))
                            .withCauses(
                                    unknown.stream()
                                            .map(
                                                    path ->
                                                            new Details.Cause(
                                                                    "FieldValueUnknown",
                                                                    "unknown field \""
                                                                            + path
                                                                            + "\"",
                                                                    path))
                                            .toList()));
        }
        return validation == Validation.WARN ? texts : List.of();
    }

    /** Does a write; its errors name the object. */
    <T> CompletableFuture<T> settled(
            final Supplier<CompletableFuture<T>> write, final String name) {
        final Kind kind = store.kind();
        CompletableFuture<T> written;
        try {
            written = write.get();
        } catch (final RuntimeException e) {
            written = CompletableFuture.failedFuture(e);
        }
        return written.handle(
                (object, failure) -> {
                    if (failure == null) {
                        return object;
                    }
                    final ApiException error = ApiErrors.translate(failure, kind.details(name));
                    throw error.code() == 422
                            ? ApiErrors.translate(failure, kind.invalidDetails(name))
                            : error;
                });
    }

    static boolean isConflict(final Throwable failure) {
        final Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof ApiException && ((ApiException) cause).code() == 409;
    }
}
