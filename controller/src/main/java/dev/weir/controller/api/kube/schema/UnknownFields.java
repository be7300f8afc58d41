package dev.weir.controller.api.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Takes out of an object what its schema does not know. */
public final class UnknownFields {
    private UnknownFields() {}

    /**
     * Removes every field that {@code definition} and what it refers to do not have.
     *
     * @param object is changed
     * @return the paths of what was removed, {@code spec.ingress[0].form}
     */
    public static List<String> prune(
            final Definitions definitions, final String definition, final JsonNode object) {
        final List<String> removed = new ArrayList<>();
        prune(definitions, definitions.named(definition), object, "", removed);
        return removed;
    }

    private static void prune(
            final Definitions definitions,
            final JsonNode reference,
            final JsonNode node,
            final String path,
            final List<String> removed) {
        final JsonNode schema = definitions.resolve(reference);
        if (node.isArray() && schema.has("items")) {
            for (int i = 0; i < node.size(); i++) {
                prune(
                        definitions,
                        schema.path("items"),
                        node.get(i),
                        path + "[" + i + "]",
                        removed);
            }
        }
        if (!(node instanceof ObjectNode) || !schema.has("properties")) {
            return;
        }
        final ObjectNode object = (ObjectNode) node;
        final List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        for (final String name : names) {
            final String place = path.isEmpty() ? name : path + "." + name;
            final JsonNode known = schema.path("properties").path(name);
            if (known.isMissingNode()) {
                object.remove(name);
                removed.add(place);
            } else {
                prune(definitions, known, object.path(name), place, removed);
            }
        }
    }
}
