package dev.weir.controller.api.kube.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;

/** A message in protobuf's wire format, field by field. */
final class ProtoMessage {
    private final UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();

    /** Nothing is written for an empty text, as for every default of proto3. */
    ProtoMessage text(final int field, final String text) {
        return text.isEmpty() ? this : element(field, ByteString.copyFromUtf8(text));
    }

    ProtoMessage flag(final int field, final boolean value) {
        if (value) {
            fields.mergeField(field, Field.newBuilder().addVarint(1).build());
        }
        return this;
    }

    ProtoMessage message(final int field, final ProtoMessage message) {
        return element(field, message.fields.build().toByteString());
    }

    private ProtoMessage element(final int field, final ByteString content) {
        fields.mergeField(field, Field.newBuilder().addLengthDelimited(content).build());
        return this;
    }

    byte[] bytes() {
        return fields.build().toByteArray();
    }
}
