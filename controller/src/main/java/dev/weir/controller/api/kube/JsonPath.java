package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON pointer, RFC 6901, that can also be written at.
 *
 * @param text as sent
 * @param where in the patch it stood, for errors
 * @param tokens unescaped
 */
record JsonPath(String text, String where, List<String> tokens) {
    /** Pointers as long as a body may be deep are long enough. */
    private static final int MOST_TOKENS = 64;

    static JsonPath parse(final JsonNode node, final String where) {
        final String text = node.asText("");
        if (!node.isTextual() || !text.isEmpty() && !text.startsWith("/")) {
            throw ApiException.badRequest(
                    "JSON patch " + where + ": " + text + " (expected: a pointer such as /spec)");
        }
        final List<String> tokens = new ArrayList<>();
        for (final String token :
                text.isEmpty() ? new String[0] : text.substring(1).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        if (tokens.size() > MOST_TOKENS) {
            throw ApiException.badRequest("JSON patch " + where + ": too deep");
        }
        return new JsonPath(text, where, tokens);
    }

    JsonNode find(final JsonNode root) {
        JsonNode node = root;
        for (final String token : tokens) {
            node = child(node, token);
        }
        return node;
    }

    private JsonNode child(final JsonNode node, final String token) {
        final JsonNode child =
                node instanceof ArrayNode
                        ? node.path(index(token, node.size() - 1))
                        : node.path(token);
        if (child.isMissingNode()) {
            throw impossible("does not exist");
        }
        return child;
    }

    private int index(final String token, final int most) {
        if (token.matches("0|[1-9][0-9]{0,8}") && Integer.parseInt(token) <= most) {
            return Integer.parseInt(token);
        }
        throw impossible("index " + token + " (expected: 0-" + most + ")");
    }

    /** The root with {@code value} put in: lists grow, fields are set. */
    JsonNode add(final JsonNode root, final JsonNode value) {
        if (tokens.isEmpty()) {
            return value;
        }
        final JsonNode parent = parent(root);
        final String last = last();
        if (parent instanceof ArrayNode) {
            final ArrayNode list = (ArrayNode) parent;
            list.insert(last.equals("-") ? list.size() : index(last, list.size()), value);
        } else if (parent instanceof ObjectNode) {
            ((ObjectNode) parent).set(last, value);
        } else {
            throw impossible("has no container to be added to");
        }
        return root;
    }

    /** The root with what is there replaced by {@code value}. */
    JsonNode replace(final JsonNode root, final JsonNode value) {
        if (tokens.isEmpty()) {
            return value;
        }
        final JsonNode parent = parent(root);
        if (parent instanceof ArrayNode) {
            ((ArrayNode) parent).set(index(last(), parent.size() - 1), value);
        } else {
            ((ObjectNode) parent).set(last(), value);
        }
        return root;
    }

    void remove(final JsonNode root) {
        find(root);
        if (tokens.isEmpty()) {
            throw impossible("is the whole object");
        }
        final JsonNode parent = parent(root);
        if (parent instanceof ArrayNode) {
            ((ArrayNode) parent).remove(index(last(), parent.size() - 1));
        } else {
            ((ObjectNode) parent).remove(last());
        }
    }

    boolean isBelow(final JsonPath other) {
        return tokens.size() > other.tokens.size()
                && tokens.subList(0, other.tokens.size()).equals(other.tokens);
    }

    private JsonNode parent(final JsonNode root) {
        JsonNode node = root;
        for (final String token : tokens.subList(0, tokens.size() - 1)) {
            node = child(node, token);
        }
        return node;
    }

    private String last() {
        return tokens.get(tokens.size() - 1);
    }

    ApiException impossible(final String why) {
        return ApiException.of(
                422, "Invalid", "JSON patch " + where + ": " + text + " " + why, null);
    }

    @Override
    public String toString() {
        return text;
    }
}
