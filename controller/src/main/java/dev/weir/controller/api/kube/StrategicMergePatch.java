package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Strategic merge patch, for NetworkPolicy and Namespace: a merge patch whose lists merge where
 * Kubernetes' types say so. Of these two kinds that is {@code metadata.finalizers} (a set) and
 * {@code metadata.ownerReferences} (by {@code uid}); every list of a spec is replaced as a whole.
 */
record StrategicMergePatch(ObjectNode patch) implements Patch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String DELETE_PREFIX = "$deleteFromPrimitiveList/";
    private static final String ORDER_PREFIX = "$setElementOrder/";
    private static final String SET = "/metadata/finalizers";
    private static final String BY_UID = "/metadata/ownerReferences";

    static StrategicMergePatch of(final JsonNode patch) {
        if (patch instanceof ObjectNode) {
            return new StrategicMergePatch((ObjectNode) patch);
        }
        throw ApiException.badRequest(
                "strategic merge patch: " + Bodies.describe(patch) + " (expected: an object)");
    }

    @Override
    public JsonNode apply(final JsonNode object) {
        return merge(object, patch, "");
    }

    private static JsonNode merge(
            final JsonNode target, final ObjectNode patch, final String path) {
        final String directive = patch.path(DIRECTIVE).asText("merge");
        final ObjectNode merged =
                target instanceof ObjectNode && directive.equals("merge")
                        ? (ObjectNode) target
                        : Json.object();
        switch (directive) {
            case "merge", "replace":
                break;
            case "delete":
                return merged;
            default:
                throw ApiException.badRequest(
                        "strategic merge patch "
                                + path
                                + "/$patch: "
                                + directive
                                + " (expected: merge, replace or delete)");
        }
        retain(merged, patch);
        for (final Map.Entry<String, JsonNode> field : patch.properties()) {
            mergeField(merged, field.getKey(), field.getValue(), path);
        }
        return merged;
    }

    private static void retain(final ObjectNode merged, final ObjectNode patch) {
        if (patch.path(RETAIN).isArray()) {
            final Set<String> kept = new HashSet<>();
            patch.path(RETAIN).forEach(name -> kept.add(name.asText()));
            merged.retain(kept);
        }
    }

    private static void mergeField(
            final ObjectNode merged, final String name, final JsonNode value, final String path) {
        if (name.equals(DIRECTIVE) || name.equals(RETAIN) || name.startsWith(ORDER_PREFIX)) {
            return; // Order has no meaning in the two lists that merge.
        }
        if (name.startsWith(DELETE_PREFIX)) {
            removeElements(merged.path(name.substring(DELETE_PREFIX.length())), value);
        } else if (value.isNull()) {
            merged.remove(name);
        } else if (value instanceof ObjectNode) {
            merged.set(name, merge(merged.path(name), (ObjectNode) value, path + "/" + name));
        } else if (value instanceof ArrayNode && (path + "/" + name).equals(SET)) {
            merged.set(name, union(merged.path(name), value));
        } else if (value instanceof ArrayNode && (path + "/" + name).equals(BY_UID)) {
            merged.set(name, mergeByUid(merged.path(name), value));
        } else {
            merged.set(name, value);
        }
    }

    private static void removeElements(final JsonNode list, final JsonNode unwanted) {
        if (list instanceof ArrayNode) {
            final Set<JsonNode> gone = new HashSet<>();
            unwanted.forEach(gone::add);
            for (int i = list.size() - 1; i >= 0; i--) {
                if (gone.contains(list.get(i))) {
                    ((ArrayNode) list).remove(i);
                }
            }
        }
    }

    private static ArrayNode union(final JsonNode list, final JsonNode more) {
        final Set<JsonNode> seen = new HashSet<>();
        final ArrayNode all = Json.array();
        for (final JsonNode source : List.of(list, more)) {
            for (final JsonNode element : source) {
                if (seen.add(element)) {
                    all.add(element);
                }
            }
        }
        return all;
    }

    private static ArrayNode mergeByUid(final JsonNode list, final JsonNode changes) {
        final List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        for (final JsonNode change : changes) {
            final String directive = change.path(DIRECTIVE).asText("merge");
            if (directive.equals("replace")) {
                elements.clear();
                continue;
            }
            final String uid = change.path("uid").asText("");
            if (uid.isEmpty()) {
                throw ApiException.badRequest(
                        "strategic merge patch " + BY_UID + ": an element without its key uid");
            }
            final int at = indexOf(elements, uid);
            if (directive.equals("delete")) {
                if (at >= 0) {
                    elements.remove(at);
                }
            } else if (at >= 0) {
                elements.set(at, merge(elements.get(at), (ObjectNode) change, BY_UID));
            } else {
                elements.add(change);
            }
        }
        final ArrayNode merged = Json.array();
        elements.forEach(merged::add);
        return merged;
    }

    private static int indexOf(final List<JsonNode> elements, final String uid) {
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i).path("uid").asText("").equals(uid)) {
                return i;
            }
        }
        return -1;
    }
}
