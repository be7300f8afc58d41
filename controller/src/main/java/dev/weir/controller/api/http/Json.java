package dev.weir.controller.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** The API's one JSON dialect: strict on the way in, compact on the way out. */
public final class Json {
    /** How deep a body may nest; YAML alike. */
    private static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** A record, list or map as a tree. */
    public static JsonNode tree(final Object value) {
        return MAPPER.valueToTree(value);
    }

    /** {@link #bytes} with a newline behind. */
    public static byte[] line(final Object value) {
        final byte[] text = bytes(value);
        final byte[] line = Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    /** UTF-8 text of a tree, record, list or map. */
    public static byte[] bytes(final Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (final JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One JSON value and nothing after it; a key that comes twice is an error.
     *
     * @throws ApiException 400, with line and column
     */
    static JsonNode parse(final byte[] text) {
        try {
            final JsonNode node = MAPPER.readTree(text);
            if (node == null || node.isMissingNode()) {
                throw ApiException.badRequest("body: empty (expected: a JSON object)");
            }
            return node;
        } catch (final JsonProcessingException e) {
            final String where =
                    e.getLocation() == null
                            ? ""
                            : " at line "
                                    + e.getLocation().getLineNr()
                                    + ", column "
                                    + e.getLocation().getColumnNr();
            throw ApiException.badRequest("body is not JSON: " + e.getOriginalMessage() + where);
        } catch (final IOException e) {
            throw ApiException.badRequest("body is not JSON: " + e.getMessage());
        }
    }
}
