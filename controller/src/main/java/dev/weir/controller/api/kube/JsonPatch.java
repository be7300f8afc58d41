package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import java.util.ArrayList;
import java.util.List;

/** JSON patch, RFC 6902: operations in order, all or none. */
record JsonPatch(List<Operation> operations) implements Patch {
    /** As the API server limits it: a copy can double an object with each operation. */
    private static final int MOST_OPERATIONS = 10_000;

    private static final int MOST_COPIES = 100;

    /**
     * One operation.
     *
     * @param where {@code [3]}, for errors
     * @param from null where the operation has none
     * @param value null where the operation has none
     */
    private record Operation(
            String where, String op, JsonPath path, JsonPath from, JsonNode value) {}

    static JsonPatch of(final JsonNode patch) {
        if (!(patch instanceof ArrayNode)) {
            throw ApiException.badRequest(
                    "JSON patch: " + Bodies.describe(patch) + " (expected: a list of operations)");
        }
        if (patch.size() > MOST_OPERATIONS) {
            throw ApiException.of(
                    413,
                    "RequestEntityTooLarge",
                    "JSON patch: "
                            + patch.size()
                            + " operations (expected: at most "
                            + MOST_OPERATIONS
                            + ")",
                    null);
        }
        final List<Operation> operations = new ArrayList<>(patch.size());
        int copies = 0;
        for (int i = 0; i < patch.size(); i++) {
            final Operation operation = operation(patch.get(i), "[" + i + "]");
            copies += operation.op().equals("copy") ? 1 : 0;
            operations.add(operation);
        }
        if (copies > MOST_COPIES) {
            throw ApiException.badRequest(
                    "JSON patch: " + copies + " copies (expected: at most " + MOST_COPIES + ")");
        }
        return new JsonPatch(operations);
    }

    private static Operation operation(final JsonNode node, final String where) {
        final String op = node.path("op").asText("");
        final boolean needsValue = List.of("add", "replace", "test").contains(op);
        final boolean needsFrom = List.of("move", "copy").contains(op);
        if (!needsValue && !needsFrom && !op.equals("remove")) {
            throw ApiException.badRequest(
                    "JSON patch "
                            + where
                            + ".op: "
                            + op
                            + " (expected: add, remove, replace, move, copy or test)");
        }
        if (needsValue && !node.has("value")) {
            throw ApiException.badRequest("JSON patch " + where + ".value: missing");
        }
        return new Operation(
                where,
                op,
                JsonPath.parse(node.path("path"), where + ".path"),
                needsFrom ? JsonPath.parse(node.path("from"), where + ".from") : null,
                needsValue ? node.get("value") : null);
    }

    @Override
    public JsonNode apply(final JsonNode object) {
        JsonNode root = object;
        for (final Operation operation : operations) {
            root = apply(root, operation);
        }
        return root;
    }

    private static JsonNode apply(final JsonNode root, final Operation operation) {
        final JsonPath path = operation.path();
        switch (operation.op()) {
            case "add":
                return path.add(root, operation.value().deepCopy());
            case "remove":
                path.remove(root);
                return root;
            case "replace":
                path.find(root);
                return path.replace(root, operation.value().deepCopy());
            case "move":
                final JsonNode moved = operation.from().find(root);
                if (path.isBelow(operation.from())) {
                    throw path.impossible("lies below " + operation.from());
                }
                operation.from().remove(root);
                return path.add(root, moved);
            case "copy":
                return path.add(root, operation.from().find(root).deepCopy());
            default:
                test(root, operation);
                return root;
        }
    }

    private static void test(final JsonNode root, final Operation operation) {
        if (!operation.path().find(root).equals(operation.value())) {
            throw ApiException.of(
                    422,
                    "Invalid",
                    "JSON patch "
                            + operation.where()
                            + ": "
                            + operation.path()
                            + " is not what the test expects",
                    null);
        }
    }
}
