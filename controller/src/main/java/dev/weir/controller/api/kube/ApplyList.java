package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiErrors;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.kube.fields.Ownership;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.apply.WriteResult;
import dev.weir.controller.policy.ApiObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/apply}: a {@code List} of policies, cluster policies and namespaces, each created
 * or replaced, all of them in force with one revision or none. Errors name each item at fault.
 */
record ApplyList(List<Writer> writers) implements Handler {
    static final String PATH = "/v1/apply";

    private static final int ATTEMPTS = 5;

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final WriteOptions options = WriteOptions.of(request);
        final List<JsonNode> items = items(request.object());
        return attempt(items, options, ATTEMPTS);
    }

    private static List<JsonNode> items(final ObjectNode body) {
        final List<JsonNode> items = new ArrayList<>();
        if (!body.path("kind").asText().endsWith("List")) {
            items.add(body);
            return items;
        }
        if (!body.path("items").isArray()) {
            throw ApiException.badRequest("items: missing (expected: a list of objects)");
        }
        body.path("items").forEach(items::add);
        return items;
    }

    private CompletableFuture<Response> attempt(
            final List<JsonNode> items, final WriteOptions options, final int left) {
        final List<Details.Cause> causes = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final List<ObjectChange> changes = new ArrayList<>();
        boolean anew = false;
        for (int i = 0; i < items.size(); i++) {
            final String place = "items[" + i + "]";
            try {
                final Writer writer = writer(items.get(i));
                final Writer.Draft draft = draft(writer, items.get(i).deepCopy(), options);
                anew |= draft.anew();
                writer.checkFields(draft.object(), options.validation())
                        .forEach(warning -> warnings.add(place + ": " + warning));
                final ApiObject object = writer.store().parse().apply(draft.object());
                PolicyWarnings.of(object, draft.object())
                        .forEach(warning -> warnings.add(place + "." + warning));
                changes.add(
                        ObjectChange.put(
                                writer.store().kind().stored(), object, draft.precondition()));
            } catch (final RuntimeException e) {
                add(causes, place, ApiErrors.translate(e, null));
            }
        }
        if (!causes.isEmpty()) {
            throw ApiException.invalid(Details.of("", "List", "").withCauses(causes));
        }
        final boolean again = anew && left > 1;
        return writers.get(0)
                .store()
                .desired()
                .change(changes)
                .thenApply(results -> answer(results).withWarnings(warnings))
                .<Response>thenApply(whole -> whole)
                .exceptionallyCompose(
                        failure ->
                                again && ApiErrors.translate(failure, null).code() == 409
                                        ? attempt(items, options, left - 1)
                                        : CompletableFuture.failedFuture(failure));
    }

    private static void add(
            final List<Details.Cause> causes, final String place, final ApiException error) {
        if (error.code() == 500) {
            throw error;
        }
        if (error.details() == null || error.details().causes().isEmpty()) {
            causes.add(new Details.Cause(error.reason(), error.getMessage(), place));
            return;
        }
        for (final Details.Cause each : error.details().causes()) {
            final String field = each.field().isEmpty() ? place : place + "." + each.field();
            causes.add(new Details.Cause(each.reason(), each.message(), field));
        }
    }

    private Writer writer(final JsonNode item) {
        Request.requireObject(item);
        final String apiVersion = item.path("apiVersion").asText("");
        final String name = item.path("kind").asText("");
        for (final Writer writer : writers) {
            final Kind kind = writer.store().kind();
            final boolean sameVersion =
                    apiVersion.isEmpty() || kind.apiVersion().equals(apiVersion);
            if (kind.name().equals(name) && sameVersion) {
                return writer;
            }
        }
        throw ApiException.badRequest(
                "no matches for kind \""
                        + name
                        + "\" in version \""
                        + apiVersion
                        + "\" (expected: "
                        + String.join(
                                ", ",
                                writers.stream()
                                        .map(each -> each.store().kind())
                                        .map(kind -> kind.apiVersion() + " " + kind.name())
                                        .toList())
                        + ")");
    }

    private static Writer.Draft draft(
            final Writer writer, final ObjectNode object, final WriteOptions options) {
        final Kind kind = writer.store().kind();
        final ObjectNode metadata = Metadata.of(object);
        final String namespace = Metadata.text(metadata, "namespace");
        final Key key =
                new Key(
                        kind.namespaced() ? (namespace.isEmpty() ? "default" : namespace) : "",
                        Metadata.text(metadata, "name"));
        Metadata.fitToPath(object, kind, key);
        final long asked = Metadata.resourceVersion(object, kind);
        final JsonNode live = writer.store().find(key).orElse(null);
        if (live == null || !writer.store().written(key)) {
            return new Writer.Draft(
                    object,
                    new Precondition(
                            Precondition.Kind.ANY, live == null ? asked : 0, options.dryRun()),
                    false);
        }
        final boolean owned = Ownership.isKept(live);
        if (owned) {
            writer.ownership().update(live, object, options.manager());
        } else {
            metadata.remove("managedFields");
        }
        final boolean anew = owned && asked == 0;
        return new Writer.Draft(
                object,
                new Precondition(
                        Precondition.Kind.ANY,
                        anew ? Metadata.resourceVersion(live, kind) : asked,
                        options.dryRun()),
                anew);
    }

    private static Response.Whole answer(final List<WriteResult<ApiObject>> results) {
        final ObjectNode answer = Json.object();
        final ArrayNode items = answer.putArray("items");
        for (final WriteResult<ApiObject> result : results) {
            items.addObject()
                    .put("outcome", result.outcome().name().toLowerCase(Locale.ROOT))
                    .set("object", result.object().json());
        }
        if (!results.isEmpty()) {
            answer.put("revision", results.get(0).revision());
        }
        return Response.json(answer);
    }
}
