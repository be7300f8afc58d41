package dev.weir.controller.api.kube.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Sets of paths to {@code fieldsV1} and back. */
final class FieldSets {
    /** A node of the tree that is itself in the set, beside what is below it. */
    private static final String ITSELF = ".";

    private FieldSets() {}

    static ObjectNode write(final Iterable<FieldPath> paths) {
        final ObjectNode tree = Json.object();
        for (final FieldPath path : paths) {
            ObjectNode node = tree;
            ObjectNode parent = null;
            for (final String element : path.elements()) {
                parent = node;
                node =
                        node.path(element) instanceof ObjectNode child
                                ? child
                                : node.putObject(element);
            }
            if (parent != null && !node.isEmpty()) {
                node.putObject(ITSELF);
            }
        }
        return tree;
    }

    static SortedSet<FieldPath> read(final JsonNode tree) {
        final SortedSet<FieldPath> paths = new TreeSet<>();
        read(tree, FieldPath.ROOT, paths);
        return paths;
    }

    private static void read(
            final JsonNode node, final FieldPath path, final SortedSet<FieldPath> paths) {
        for (final Map.Entry<String, JsonNode> child : node.properties()) {
            final String name = child.getKey();
            if (name.equals(ITSELF)) {
                paths.add(path);
            } else if (name.matches("(?s)[fv]:.*|k:\\{.*\\}")) {
                final FieldPath below = path.child(name);
                if (child.getValue().isEmpty()) {
                    paths.add(below);
                } else {
                    read(child.getValue(), below, paths);
                }
            }
        }
    }
}
