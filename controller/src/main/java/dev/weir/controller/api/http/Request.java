package dev.weir.controller.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole request, its path already matched.
 *
 * @param method upper case; HEAD has become GET
 * @param path as sent, without the query
 * @param parameters what stood in the route's braces, percent-decoded
 * @param query decoded, in the order sent
 * @param contentType as sent, empty when there was none
 * @param accept as sent, empty when there was none
 * @param userAgent as sent, empty when there was none
 */
public record Request(
        String method,
        String path,
        Map<String, String> parameters,
        Map<String, List<String>> query,
        String contentType,
        String accept,
        String userAgent,
        byte[] body) {
    /** What stood in {@code {name}} of the route; the route has it, or this is a mistake in it. */
    public String parameter(final String name) {
        final String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("route has no parameter " + name);
        }
        return value;
    }

    /**
     * A query parameter that may come once.
     *
     * @throws ApiException 400 when it comes twice
     */
    public Optional<String> query(final String name) {
        final List<String> values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw ApiException.badRequest(
                    "query " + name + ": given " + values.size() + " times (expected: once)");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /**
     * True for {@code true} and {@code 1}, false for {@code false}, {@code 0} and where absent.
     *
     * @throws ApiException 400 for anything else
     */
    public boolean flag(final String name) {
        final String value = query(name).orElse("false");
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                    throw ApiException.badRequest(
                            "query " + name + ": " + value + " (expected: true or false)");
        };
    }

    /**
     * The body, JSON, YAML or protobuf by its content type.
     *
     * @throws ApiException 400 malformed, 415 for another content type
     */
    public JsonNode document() {
        return Bodies.read(contentType, body);
    }

    /** {@link #document}, which must be an object. */
    public ObjectNode object() {
        return requireObject(document());
    }

    /**
     * A body that must be an object.
     *
     * @throws ApiException 400 when it is not
     */
    public static ObjectNode requireObject(final JsonNode node) {
        if (node instanceof ObjectNode) {
            return (ObjectNode) node;
        }
        throw ApiException.badRequest("body: " + Bodies.describe(node) + " (expected: an object)");
    }
}
