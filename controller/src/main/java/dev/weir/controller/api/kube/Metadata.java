package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Details;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What a request's path and its object's metadata have to do with one another. */
final class Metadata {
    /** Letters that Kubernetes makes names of: no vowels, so no words. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX = 5;

    private Metadata() {}

    /**
     * Fills in what the path says and checks the rest against it.
     *
     * @param object is changed
     * @throws ApiException 400 when the two do not fit together
     */
    static void fitToPath(final ObjectNode object, final Kind kind, final Key key) {
        expect(object, "apiVersion", kind.apiVersion());
        expect(object, "kind", kind.name());
        final ObjectNode metadata = of(object);
        if (kind.namespaced()) {
            if (text(metadata, "namespace").isEmpty()) {
                metadata.put("namespace", key.namespace());
            }
            if (!text(metadata, "namespace").equals(key.namespace())) {
                throw ApiException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on"
                                + " the request: metadata.namespace: "
                                + text(metadata, "namespace")
                                + " (expected: "
                                + key.namespace()
                                + ")");
            }
        }
        if (!key.name().isEmpty() && !text(metadata, "name").equals(key.name())) {
            throw ApiException.badRequest(
                    "metadata.name: "
                            + (text(metadata, "name").isEmpty()
                                    ? "missing"
                                    : text(metadata, "name"))
                            + " (expected: "
                            + key.name()
                            + ", the name on the URL)");
        }
    }

    private static void expect(final ObjectNode object, final String field, final String value) {
        if (!object.has(field)) {
            object.put(field, value);
        } else if (!object.path(field).asText().equals(value)) {
            throw ApiException.badRequest(
                    field + ": " + object.path(field).asText() + " (expected: " + value + ")");
        }
    }

    /** The metadata, made where there is none. */
    static ObjectNode of(final ObjectNode object) {
        final JsonNode metadata = object.path("metadata");
        if (metadata.isMissingNode() || metadata.isNull()) {
            return object.putObject("metadata");
        }
        if (metadata instanceof ObjectNode) {
            return (ObjectNode) metadata;
        }
        throw ApiException.badRequest(
                "metadata: " + Bodies.describe(metadata) + " (expected: an object)");
    }

    /** A name for an object that has only {@code generateName}. */
    static void generateName(final ObjectNode object) {
        final ObjectNode metadata = of(object);
        final String prefix = text(metadata, "generateName");
        if (text(metadata, "name").isEmpty() && !prefix.isEmpty()) {
            final StringBuilder name = new StringBuilder(prefix);
            for (int i = 0; i < SUFFIX; i++) {
                name.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
            }
            metadata.put("name", name.toString());
        }
    }

    static String text(final JsonNode metadata, final String field) {
        return metadata.path(field).asText("");
    }

    /**
     * The version the client read, 0 when it does not say.
     *
     * @throws ApiException 422 when it is not one of ours
     */
    static long resourceVersion(final JsonNode object, final Kind kind) {
        final String text = text(object.path("metadata"), "resourceVersion");
        if (text.isEmpty()) {
            return 0;
        }
        if (text.matches("[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        throw ApiException.invalid(
                kind.invalidDetails(text(object.path("metadata"), "name"))
                        .withCauses(
                                List.of(
                                        new Details.Cause(
                                                "FieldValueInvalid",
                                                "Invalid value: \"" + text + "\": must be a number",
                                                "metadata.resourceVersion"))));
    }

    /** Refuses a write meant for another object that had the same name. */
    static void checkUid(final JsonNode wanted, final JsonNode current, final Details object) {
        final String uid = text(wanted, "uid");
        final String actual = text(current.path("metadata"), "uid");
        if (!uid.isEmpty() && !actual.isEmpty() && !uid.equals(actual)) {
            throw ApiException.of(
                    409,
                    "Conflict",
                    "Operation cannot be fulfilled on "
                            + object.resource()
                            + " \""
                            + object.name()
                            + "\": Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + actual,
                    object);
        }
    }
}
