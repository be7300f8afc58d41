package dev.weir.controller.api.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * An object as typed clients send it, kubectl 1.32 a namespace for one: four bytes and a {@code
 * runtime.Unknown} that says its kind and has its message inside. What Go's clients write for an
 * absent field is left out, as their JSON leaves it out.
 */
public final class KubernetesProtobuf {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    /** Of which kinds. */
    public static final String KINDS = "v1 Namespace, networking.k8s.io/v1 NetworkPolicy";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int LONGEST_SHOWN = 100;

    /** Each group has its own name for these, all of the same form. */
    private static final String DELETE_OPTIONS = "DeleteOptions";

    private KubernetesProtobuf() {}

    /** Well-formed, but of a kind that is not in the tables; the message names it. */
    public static final class UnknownKindException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownKindException(final String kind) {
            super(kind, null, false, false);
        }
    }

    /**
     * The object in {@code body}. A field that its table does not have is there by its number, so
     * that it is refused or left out as unknown fields are.
     *
     * @throws IOException if it is malformed; says what and where
     */
    public static ObjectNode read(final byte[] body) throws IOException, UnknownKindException {
        if (!Arrays.equals(body, 0, Math.min(body.length, MAGIC.length), MAGIC, 0, MAGIC.length)) {
            throw new IOException("does not begin with \"k8s\\0\"");
        }
        final ObjectNode envelope =
                Messages.ENVELOPE.read(
                        CodedInputStream.newInstance(
                                body, MAGIC.length, body.length - MAGIC.length),
                        body.length - MAGIC.length);
        for (final String field : new String[] {"contentEncoding", "contentType"}) {
            final String text = envelope.path(field).asText("");
            if (!text.isEmpty() && !text.equals(MEDIA_TYPE)) {
                throw new IOException(field + ": " + shown(text) + " (expected: none)");
            }
        }
        final JsonNode type = envelope.path("typeMeta");
        final Message message = message(type);
        final byte[] raw = envelope.has("raw") ? envelope.path("raw").binaryValue() : new byte[0];
        final ObjectNode object = type.deepCopy();
        object.setAll(message.read(CodedInputStream.newInstance(raw), raw.length));
        return object;
    }

    /** True for a kind that {@link #read} knows; its tables are loaded when a body comes. */
    public static boolean reads(final String apiVersion, final String kind) {
        return List.of(KINDS.split(", ")).contains(apiVersion + " " + kind);
    }

    private static Message message(final JsonNode type) throws UnknownKindException {
        final String kind = type.path("kind").asText("");
        final String name = type.path("apiVersion").asText("") + " " + kind;
        final Message message =
                kind.equals(DELETE_OPTIONS) ? Messages.DELETE_OPTIONS : Messages.OBJECTS.get(name);
        if (message == null) {
            throw new UnknownKindException(shown(name));
        }
        return message;
    }

    private static String shown(final String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
