package dev.weir.controller.api.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A kind of protobuf message: its fields by their numbers, and how each looks in JSON. None has
 * itself inside, so the tables bound how deep a body nests.
 */
final class Message {
    private final Map<Integer, Field> fields = new HashMap<>();

    private enum Form {
        TEXT(WireFormat.WIRETYPE_LENGTH_DELIMITED),
        BYTES(WireFormat.WIRETYPE_LENGTH_DELIMITED),
        NUMBER(WireFormat.WIRETYPE_VARINT),
        FLAG(WireFormat.WIRETYPE_VARINT),
        MESSAGE(WireFormat.WIRETYPE_LENGTH_DELIMITED),
        /** A map: an entry each. */
        PAIRS(WireFormat.WIRETYPE_LENGTH_DELIMITED);

        private final int wireType;

        Form(final int wireType) {
            this.wireType = wireType;
        }
    }

    /** A message that is something else in JSON: a time, a port. */
    @FunctionalInterface
    interface Reading {
        /** Nothing where JSON has nothing. */
        Optional<JsonNode> of(ObjectNode message) throws IOException;
    }

    /**
     * @param repeated a list in JSON
     * @param kept there in JSON when it is empty, zero or false, too: a pointer in Go
     * @param message of a {@code MESSAGE} and of the entries of {@code PAIRS}
     */
    private record Field(
            String name,
            Form form,
            boolean repeated,
            boolean kept,
            Message message,
            Reading reading) {}

    /** What is wrong, and in which field. */
    private static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;
        private final String path;
        private final String what;

        MalformedException(final String path, final String what) {
            super(path + ": " + what);
            this.path = path;
            this.what = what;
        }

        static MalformedException at(final String name, final IOException cause) {
            if (cause instanceof MalformedException inner) {
                return new MalformedException(name + "." + inner.path, inner.what);
            }
            return new MalformedException(name, cause.getMessage());
        }
    }

    Message text(final int number, final String name) {
        return with(number, name, Form.TEXT, false, false, null);
    }

    Message keptText(final int number, final String name) {
        return with(number, name, Form.TEXT, false, true, null);
    }

    Message texts(final int number, final String name) {
        return with(number, name, Form.TEXT, true, true, null);
    }

    Message bytes(final int number, final String name) {
        return with(number, name, Form.BYTES, false, false, null);
    }

    Message number(final int number, final String name) {
        return with(number, name, Form.NUMBER, false, false, null);
    }

    Message keptNumber(final int number, final String name) {
        return with(number, name, Form.NUMBER, false, true, null);
    }

    Message keptFlag(final int number, final String name) {
        return with(number, name, Form.FLAG, false, true, null);
    }

    Message pairs(final int number, final String name) {
        return with(
                number,
                name,
                Form.PAIRS,
                false,
                false,
                new Message().keptText(1, "key").keptText(2, "value"));
    }

    Message message(final int number, final String name, final Message message) {
        return with(number, name, Form.MESSAGE, false, false, message);
    }

    Message keptMessage(final int number, final String name, final Message message) {
        return with(number, name, Form.MESSAGE, false, true, message);
    }

    Message messages(final int number, final String name, final Message message) {
        return with(number, name, Form.MESSAGE, true, true, message);
    }

    Message reading(
            final int number, final String name, final Message message, final Reading reading) {
        fields.put(number, new Field(name, Form.MESSAGE, false, true, message, reading));
        return this;
    }

    private Message with(
            final int number,
            final String name,
            final Form form,
            final boolean repeated,
            final boolean kept,
            final Message message) {
        fields.put(number, new Field(name, form, repeated, kept, message, Optional::of));
        return this;
    }

    /**
     * Reads one of {@code length} bytes.
     *
     * @throws IOException if it is malformed
     */
    ObjectNode read(final CodedInputStream in, final int length) throws IOException {
        final int outer = in.pushLimit(length);
        final ObjectNode object = Json.object();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            final int number = WireFormat.getTagFieldNumber(tag);
            final Field field = fields.get(number);
            final String name = field == null ? "field " + number : field.name;
            try {
                if (field != null) {
                    read(in, field, WireFormat.getTagWireType(tag), object);
                } else if (!isEmpty(in, tag)) {
                    object.put(name, true);
                }
            } catch (final IOException e) {
                throw MalformedException.at(name, e);
            }
        }
        in.popLimit(outer);
        return object;
    }

    /**
     * Passes over a field that is not known. What Go writes for one that is not set says nothing.
     */
    private static boolean isEmpty(final CodedInputStream in, final int tag) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT:
                return in.readRawVarint64() == 0;
            case WireFormat.WIRETYPE_LENGTH_DELIMITED:
                final int length = in.readRawVarint32();
                in.skipRawBytes(length);
                return length == 0;
            default:
                if (!in.skipField(tag)) {
                    throw new IOException("the end of a group that did not begin");
                }
                return false;
        }
    }

    private static void read(
            final CodedInputStream in, final Field field, final int wireType, final ObjectNode to)
            throws IOException {
        if (wireType != field.form.wireType) {
            throw new IOException(
                    "wire type " + wireType + " (expected: " + field.form.wireType + ")");
        }
        if (field.form == Form.PAIRS) {
            add(to.withObjectProperty(field.name), field.message.read(in, in.readRawVarint32()));
            return;
        }
        final Optional<JsonNode> value = value(in, field);
        if (value.isEmpty() || !field.kept && isEmpty(value.get())) {
            return;
        }
        if (field.repeated) {
            list(to, field.name).add(value.get());
        } else if (to.replace(field.name, value.get()) != null) {
            throw new IOException("there twice");
        }
    }

    private static void add(final ObjectNode to, final ObjectNode pair) throws IOException {
        final String key = pair.path("key").asText("");
        if (pair.size() > 2) {
            throw new IOException("an entry has more than a key and a value");
        }
        if (to.has(key)) {
            throw new IOException("key \"" + key + "\" is there twice");
        }
        to.put(key, pair.path("value").asText(""));
    }

    private static ArrayNode list(final ObjectNode object, final String name) {
        return object.has(name) ? (ArrayNode) object.get(name) : object.putArray(name);
    }

    private static Optional<JsonNode> value(final CodedInputStream in, final Field field)
            throws IOException {
        return switch (field.form) {
            case TEXT -> Optional.of(TextNode.valueOf(in.readStringRequireUtf8()));
            case BYTES -> Optional.of(BinaryNode.valueOf(in.readByteArray()));
            case NUMBER -> Optional.of(number(in.readInt64()));
            case FLAG -> Optional.of(BooleanNode.valueOf(in.readBool()));
            default -> field.reading.of(field.message.read(in, in.readRawVarint32()));
        };
    }

    /** Of the class that a JSON parser takes, as nodes of different ones are not equal. */
    private static JsonNode number(final long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static boolean isEmpty(final JsonNode value) {
        if (value.isContainerNode()) {
            return value.isEmpty();
        }
        return value.isNumber() ? value.asLong() == 0 : value.asText().isEmpty();
    }
}
