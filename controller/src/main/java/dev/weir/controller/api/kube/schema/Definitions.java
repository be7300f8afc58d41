package dev.weir.controller.api.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The schemas of all kinds, in the words of OpenAPI 2: {@code definitions.json} beside this. */
public final class Definitions {
    /** Before a definition's name where one refers to another. */
    static final String PREFIX = "#/definitions/";

    private static final String RESOURCE = "definitions.json";
    private static final String KINDS = "x-kubernetes-group-version-kind";

    private final ObjectNode all;

    private Definitions(final ObjectNode all) {
        this.all = all;
    }

    /** Those of the jar. */
    public static Definitions load() {
        try (InputStream file = Definitions.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException(RESOURCE + ": not in the jar");
            }
            final String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new Definitions((ObjectNode) Json.read(text).path("definitions"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of them, by name; not to be changed. */
    public ObjectNode all() {
        return all;
    }

    /**
     * The name of a kind's definition.
     *
     * @throws IllegalArgumentException if there is none
     */
    public String nameOf(final String group, final String version, final String kind) {
        for (final Map.Entry<String, JsonNode> definition : all.properties()) {
            for (final JsonNode each : definition.getValue().path(KINDS)) {
                if (each.path("group").asText().equals(group)
                        && each.path("version").asText().equals(version)
                        && each.path("kind").asText().equals(kind)) {
                    return definition.getKey();
                }
            }
        }
        throw new IllegalArgumentException(group + "/" + version + " " + kind + ": no definition");
    }

    /** A definition by its name. */
    public JsonNode named(final String name) {
        return all.path(name);
    }

    /** What a schema says: the definition it refers to, if it does. */
    JsonNode resolve(final JsonNode schema) {
        final String reference = schema.path("$ref").asText("");
        return reference.isEmpty() ? schema : named(reference.substring(PREFIX.length()));
    }

    /** The names of all definitions that these ones need, they themselves among them. */
    public Set<String> closure(final Iterable<String> names) {
        final Set<String> needed = new TreeSet<>();
        names.forEach(name -> need(name, needed));
        return needed;
    }

    private void need(final String name, final Set<String> needed) {
        if (needed.add(name)) {
            for (final JsonNode reference : named(name).findValues("$ref")) {
                need(reference.asText().substring(PREFIX.length()), needed);
            }
        }
    }
}
