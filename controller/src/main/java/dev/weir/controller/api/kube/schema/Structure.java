package dev.weir.controller.api.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/** What of a value can be changed and owned by itself. */
public final class Structure {
    private final Definitions definitions;

    public Structure(final Definitions definitions) {
        this.definitions = definitions;
    }

    /** How a value is made up. */
    public enum Form {
        /** As a whole only: scalars, and lists and objects that are atomic. */
        WHOLE,
        /** Field by field, key by key. */
        FIELDS,
        /** A list whose elements come once. */
        SET,
        /** A list whose elements have keys. */
        KEYED
    }

    /** The schema of a whole object. */
    public JsonNode root(final String definition) {
        return definitions.named(definition);
    }

    public Form form(final JsonNode reference) {
        final JsonNode schema = definitions.resolve(reference);
        // Said of the field or of its type.
        final boolean atomic =
                "atomic".equals(schema.path("x-kubernetes-map-type").asText())
                        || "atomic".equals(reference.path("x-kubernetes-map-type").asText());
        if (schema.path("type").asText().equals("array")) {
            return switch (schema.path("x-kubernetes-list-type").asText("atomic")) {
                case "set" -> Form.SET;
                case "map" -> Form.KEYED;
                default -> Form.WHOLE;
            };
        }
        return !atomic && (schema.has("properties") || schema.has("additionalProperties"))
                ? Form.FIELDS
                : Form.WHOLE;
    }

    /** The schema of a field; missing where it is not known. */
    public JsonNode field(final JsonNode reference, final String name) {
        final JsonNode schema = definitions.resolve(reference);
        if (schema.has("properties")) {
            return schema.path("properties").path(name);
        }
        return schema.has("additionalProperties")
                ? schema.path("additionalProperties")
                : MissingNode.getInstance();
    }

    /** The keys of a list's elements. */
    public List<String> keys(final JsonNode reference) {
        final List<String> keys = new ArrayList<>();
        definitions
                .resolve(reference)
                .path("x-kubernetes-list-map-keys")
                .forEach(key -> keys.add(key.asText()));
        return keys;
    }
}
