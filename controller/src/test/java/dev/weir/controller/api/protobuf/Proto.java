package dev.weir.controller.api.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bodies in protobuf as clients make them, and as they should not. */
public final class Proto {
    private final UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();

    /** An object of a kind. */
    public static byte[] body(final String apiVersion, final String kind, final Proto object) {
        final Proto envelope =
                new Proto()
                        .with(1, new Proto().with(1, apiVersion).with(2, kind))
                        .with(2, object)
                        .with(3, "")
                        .with(4, "");
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("k8s\0".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(envelope.bytes());
        return body.toByteArray();
    }

    /** A name and what Go writes for each field of the metadata that is not set. */
    public static Proto metadata(final String name) {
        return new Proto()
                .with(1, name)
                .with(2, "")
                .with(3, "")
                .with(4, "")
                .with(5, "")
                .with(6, "")
                .with(7, 0)
                .with(8, new Proto())
                .with(15, "");
    }

    public Proto with(final int field, final String text) {
        return with(field, ByteString.copyFromUtf8(text));
    }

    public Proto with(final int field, final Proto message) {
        return with(field, message.fields.build().toByteString());
    }

    /** A list, or more of one. */
    public Proto with(final int field, final Proto... messages) {
        for (final Proto message : messages) {
            with(field, message);
        }
        return this;
    }

    public Proto with(final int field, final long number) {
        fields.mergeField(field, Field.newBuilder().addVarint(number).build());
        return this;
    }

    /** An entry of a map. */
    public Proto with(final int field, final String key, final String value) {
        return with(field, new Proto().with(1, key).with(2, value));
    }

    Proto with(final int field, final ByteString bytes) {
        fields.mergeField(field, Field.newBuilder().addLengthDelimited(bytes).build());
        return this;
    }

    byte[] bytes() {
        return fields.build().toByteArray();
    }
}
