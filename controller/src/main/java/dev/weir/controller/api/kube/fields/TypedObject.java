package dev.weir.controller.api.kube.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.api.kube.schema.Structure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Objects of one definition, as trees whose leaves can be owned. */
final class TypedObject {
    /** What only the server writes, or what names the object: nobody owns it. */
    private static final Set<String> NOT_OWNED =
            Set.of(
                    ".apiVersion",
                    ".kind",
                    ".status",
                    ".metadata.name",
                    ".metadata.namespace",
                    ".metadata.generateName",
                    ".metadata.uid",
                    ".metadata.resourceVersion",
                    ".metadata.generation",
                    ".metadata.selfLink",
                    ".metadata.creationTimestamp",
                    ".metadata.deletionTimestamp",
                    ".metadata.deletionGracePeriodSeconds",
                    ".metadata.managedFields");

    private final Structure structure;
    private final String definition;

    TypedObject(final Definitions definitions, final String definition) {
        this.structure = new Structure(definitions);
        this.definition = definition;
    }

    /** Each leaf with its value. */
    SortedMap<FieldPath, JsonNode> leaves(final JsonNode object) {
        final SortedMap<FieldPath, JsonNode> leaves = new TreeMap<>();
        collect(structure.root(definition), object, FieldPath.ROOT, leaves);
        return leaves;
    }

    private void collect(
            final JsonNode schema,
            final JsonNode node,
            final FieldPath path,
            final SortedMap<FieldPath, JsonNode> leaves) {
        if (path.elements().size() < 3 && NOT_OWNED.contains(path.toString())) {
            return;
        }
        final Structure.Form form = structure.form(schema);
        if (form == Structure.Form.FIELDS && node.isObject() && !node.isEmpty()) {
            for (final Map.Entry<String, JsonNode> field : node.properties()) {
                collect(
                        structure.field(schema, field.getKey()),
                        field.getValue(),
                        path.child("f:" + field.getKey()),
                        leaves);
            }
        } else if (form == Structure.Form.SET && node.isArray()) {
            node.forEach(each -> leaves.put(path.child(element(schema, each)), each));
        } else if (form == Structure.Form.KEYED && node.isArray()) {
            node.forEach(each -> leaves.put(path.child(element(schema, each)), each));
        } else {
            leaves.put(path, node);
        }
    }

    /** The name of a list's element. */
    private String element(final JsonNode schema, final JsonNode value) {
        if (structure.form(schema) == Structure.Form.SET) {
            return "v:" + new String(Json.bytes(value), java.nio.charset.StandardCharsets.UTF_8);
        }
        final ObjectNode keys = Json.object();
        structure.keys(schema).forEach(key -> keys.set(key, value.path(key)));
        return "k:" + new String(Json.bytes(keys), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** {@code live} with all that {@code config} says; {@code live} is changed. */
    JsonNode merge(final JsonNode live, final JsonNode config) {
        return merge(structure.root(definition), live, config);
    }

    private JsonNode merge(final JsonNode schema, final JsonNode live, final JsonNode config) {
        final Structure.Form form = structure.form(schema);
        if (form == Structure.Form.FIELDS && live instanceof ObjectNode && config.isObject()) {
            final ObjectNode merged = (ObjectNode) live;
            for (final Map.Entry<String, JsonNode> field : config.properties()) {
                merged.set(
                        field.getKey(),
                        merge(
                                structure.field(schema, field.getKey()),
                                merged.path(field.getKey()),
                                field.getValue()));
            }
            return merged;
        }
        final boolean byElement = form == Structure.Form.SET || form == Structure.Form.KEYED;
        if (byElement && live.isArray() && config.isArray()) {
            final Map<String, JsonNode> elements = new java.util.LinkedHashMap<>();
            live.forEach(each -> elements.put(element(schema, each), each));
            config.forEach(each -> elements.put(element(schema, each), each));
            final ArrayNode merged = Json.array();
            elements.values().forEach(merged::add);
            return merged;
        }
        return config.deepCopy();
    }

    /** Removes what is at {@code paths}, and what is empty then. */
    void remove(final ObjectNode object, final Collection<FieldPath> paths) {
        for (final FieldPath path : paths) {
            remove(structure.root(definition), object, path.elements());
        }
    }

    private void remove(final JsonNode schema, final JsonNode node, final List<String> elements) {
        final String first = elements.get(0);
        if (node instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                if (element(schema, list.get(i)).equals(first)) {
                    list.remove(i);
                }
            }
            return;
        }
        if (!(node instanceof ObjectNode object) || !first.startsWith("f:")) {
            return;
        }
        final String name = first.substring(2);
        if (elements.size() == 1) {
            object.remove(name);
            return;
        }
        final JsonNode child = object.path(name);
        remove(structure.field(schema, name), child, elements.subList(1, elements.size()));
        if (child.isContainerNode() && child.isEmpty()) {
            object.remove(name);
        }
    }
}
