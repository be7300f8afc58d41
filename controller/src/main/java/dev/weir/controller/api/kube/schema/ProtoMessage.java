package dev.weir.controller.api.kube.schema;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A message in protobuf's wire format, field by field. */
final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Nothing is written for an empty text, as for every default of proto3. */
    ProtoMessage text(final int field, final String text) {
        return text.isEmpty() ? this : element(field, text.getBytes(StandardCharsets.UTF_8));
    }

    ProtoMessage flag(final int field, final boolean value) {
        if (value) {
            varint((long) field << 3 | VARINT);
            varint(1);
        }
        return this;
    }

    ProtoMessage message(final int field, final ProtoMessage message) {
        return element(field, message.bytes());
    }

    private ProtoMessage element(final int field, final byte[] content) {
        varint((long) field << 3 | LENGTH_DELIMITED);
        varint(content.length);
        bytes.writeBytes(content);
        return this;
    }

    private void varint(final long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
