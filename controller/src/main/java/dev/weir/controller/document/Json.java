package dev.weir.controller.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** JSON text to nodes and back by streaming alone: a mapper would double the time of a command. */
public final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /**
     * The value in {@code text}.
     *
     * @throws IOException if it is not exactly one JSON value
     */
    public static JsonNode read(final String text) throws IOException {
        final List<JsonNode> values = readAll(text);
        if (values.size() != 1) {
            throw new IOException(values.size() + " JSON values (expected: 1)");
        }
        return values.get(0);
    }

    private static List<JsonNode> readAll(final String text) throws IOException {
        final List<JsonNode> values = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(text)) {
            while (parser.nextToken() != null) {
                values.add(value(parser));
            }
        }
        return values;
    }

    /**
     * An object whose member {@code items} is a long list.
     *
     * @param each gets the list's elements as they are read
     * @return the other members
     * @throws IOException if it is not JSON; Jackson's says where
     */
    public static ObjectNode items(final InputStream text, final Consumer<JsonNode> each)
            throws IOException {
        final ObjectNode rest = NODES.objectNode();
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonParseException(parser, "no object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                final String name = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY && name.equals("items")) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        each.accept(value(parser));
                    }
                } else {
                    rest.set(name, value(parser));
                }
            }
        }
        return rest;
    }

    /**
     * Every value in {@code text}, one after the other, and where its fields stand.
     *
     * @throws IOException if it is not JSON; Jackson's says where
     */
    public static List<Positions.Located> locateAll(final String text) throws IOException {
        final List<Positions.Located> documents = new ArrayList<>();
        final List<JsonNode> values = readAll(text);
        try (JsonParser parser = FACTORY.createParser(text)) {
            for (final JsonNode value : values) {
                final Positions positions = new Positions();
                parser.nextToken();
                locate(parser, "", positions);
                documents.add(new Positions.Located(value, positions));
            }
        }
        return documents;
    }

    private static void locate(
            final JsonParser parser, final String path, final Positions positions)
            throws IOException {
        put(path, parser, positions);
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                final String member = Positions.member(path, parser.currentName());
                put(member, parser, positions);
                parser.nextToken();
                locate(parser, member, positions);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                locate(parser, Positions.element(path, i), positions);
            }
        }
    }

    private static void put(final String path, final JsonParser parser, final Positions positions) {
        final JsonLocation location = parser.currentTokenLocation();
        positions.put(path, location.getLineNr(), location.getColumnNr());
    }

    private static JsonNode value(final JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT ->
                    switch (parser.getNumberType()) {
                        case INT -> NODES.numberNode(parser.getIntValue());
                        case LONG -> NODES.numberNode(parser.getLongValue());
                        default -> NODES.numberNode(parser.getBigIntegerValue());
                    };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            default -> throw new IOException("unexpected " + parser.currentToken());
        };
    }

    private static ObjectNode members(final JsonParser parser) throws IOException {
        final ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String name = parser.currentName();
            parser.nextToken();
            object.set(name, value(parser));
        }
        return object;
    }

    private static ArrayNode elements(final JsonParser parser) throws IOException {
        final ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    /** On one line. */
    public static String compact(final JsonNode node) {
        return write(FACTORY, node, false);
    }

    /** Indented, one member a line. */
    public static String pretty(final JsonNode node) {
        return write(FACTORY, node, true);
    }

    /** Through any of Jackson's formats. */
    static String write(final JsonFactory format, final JsonNode node, final boolean indented) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator generator = format.createGenerator(text)) {
            if (indented) {
                final DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
                printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
                generator.setPrettyPrinter(printer);
            }
            write(node, generator);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(final JsonNode node, final JsonGenerator out) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.writeStartObject();
                for (final Map.Entry<String, JsonNode> member : node.properties()) {
                    out.writeFieldName(member.getKey());
                    write(member.getValue(), out);
                }
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray();
                for (final JsonNode element : node) {
                    write(element, out);
                }
                out.writeEndArray();
            }
            case NUMBER -> {
                if (node.isIntegralNumber()) {
                    out.writeNumber(node.bigIntegerValue());
                } else {
                    out.writeNumber(node.decimalValue());
                }
            }
            case BOOLEAN -> out.writeBoolean(node.booleanValue());
            case STRING -> out.writeString(node.textValue());
            default -> out.writeNull();
        }
    }
}
