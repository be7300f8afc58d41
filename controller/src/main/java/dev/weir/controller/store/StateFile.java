package dev.weir.controller.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The bytes of one file: a line about the object (schema, key, resourceVersion, length, CRC-32C),
 * then a line with the object. Cut or flipped anywhere, it is known to be damaged.
 */
final class StateFile {
    /** Raised when files of the old form can no longer be read. */
    static final int SCHEMA = 1;

    static final String SUFFIX = ".json";

    /** File names end at 255 bytes; room is left for the suffixes. */
    private static final int LONGEST_NAME = 200;

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private StateFile() {}

    static byte[] encode(final StoredObject object) {
        try {
            final byte[] body = JSON.writeValueAsBytes(object.json());
            final ObjectNode head = JSON.createObjectNode();
            head.put("schema", SCHEMA);
            head.put("key", object.key());
            head.put("resourceVersion", object.resourceVersion());
            head.put("bytes", body.length);
            final byte[] start = JSON.writeValueAsBytes(head);
            final String sum = "," + "\"crc32c\":\"" + checksum(start, body) + "\"}\n";
            final byte[] end = sum.getBytes(StandardCharsets.US_ASCII);
            // The sum covers the head as it was before it took the closing brace's place.
            return ByteBuffer.allocate(start.length - 1 + end.length + body.length + 1)
                    .put(start, 0, start.length - 1)
                    .put(end)
                    .put(body)
                    .put((byte) '\n')
                    .array();
        } catch (final JsonProcessingException e) {
            throw new StoreException(object.key() + ": cannot be written as JSON", e);
        }
    }

    /**
     * The reverse of {@link #encode}.
     *
     * @throws IOException with what is wrong, if the bytes are not what was written
     */
    static StoredObject decode(final ObjectKind kind, final byte[] bytes) throws IOException {
        final int newline = indexOf(bytes, (byte) '\n');
        if (newline < 0) {
            throw new IOException("cut short: " + bytes.length + " bytes");
        }
        final JsonNode head = JSON.readTree(bytes, 0, newline);
        if (!(head instanceof ObjectNode fields) || !head.path("schema").isInt()) {
            throw new IOException("no schema in its first line");
        }
        if (head.path("schema").asInt() != SCHEMA) {
            throw new IOException("schema: " + head.path("schema") + " (expected: " + SCHEMA + ")");
        }
        final String sum = fields.path("crc32c").asText();
        fields.remove("crc32c");
        final int length = bytes.length - newline - 2;
        if (length != fields.path("bytes").asInt(-1) || bytes[bytes.length - 1] != '\n') {
            throw new IOException(
                    "cut short: " + length + " bytes (expected: " + fields.path("bytes") + ")");
        }
        final byte[] body = new byte[length];
        System.arraycopy(bytes, newline + 1, body, 0, length);
        if (!checksum(JSON.writeValueAsBytes(fields), body).equals(sum)) {
            throw new IOException("checksum differs");
        }
        return new StoredObject(
                kind,
                fields.path("key").asText(),
                fields.path("resourceVersion").asLong(),
                JSON.readTree(body));
    }

    /** Namespace and name apart by an underscore, which neither may have. */
    static String nameOf(final String key) {
        final StringBuilder name = new StringBuilder(key.length() + SUFFIX.length());
        for (final byte b : key.getBytes(StandardCharsets.UTF_8)) {
            if (b == '/') {
                name.append('_');
            } else if (b == '-' || b == '.' || b >= 0 && Character.isLetterOrDigit(b)) {
                name.append((char) b);
            } else {
                name.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        if (name.length() > LONGEST_NAME) {
            name.setLength(LONGEST_NAME - 33);
            name.append('~').append(digest(key), 0, 32);
        }
        return name.append(SUFFIX).toString();
    }

    /** As much of the key as the file's name tells. */
    static String keyOf(final String name) {
        final StringBuilder key = new StringBuilder(name.length());
        final String text = name.substring(0, name.length() - SUFFIX.length());
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '~') {
                break;
            }
            if (c == '%' && i + 2 < text.length() && isHex(text, i + 1)) {
                key.append((char) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                key.append(c == '_' ? '/' : c);
            }
        }
        return key.toString();
    }

    private static boolean isHex(final String text, final int at) {
        return HexFormat.isHexDigit(text.charAt(at)) && HexFormat.isHexDigit(text.charAt(at + 1));
    }

    private static String checksum(final byte[] head, final byte[] body) {
        final CRC32C sum = new CRC32C();
        sum.update(head);
        sum.update(body);
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static String digest(final String key) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static int indexOf(final byte[] bytes, final byte wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
