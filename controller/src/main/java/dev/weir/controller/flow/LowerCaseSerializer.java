package dev.weir.controller.flow;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.Locale;

/** Writes an enum as REST names it: lower case, dashes. */
final class LowerCaseSerializer extends StdSerializer<Enum<?>> {
    private static final long serialVersionUID = 1L;

    LowerCaseSerializer() {
        super(Enum.class, false);
    }

    @Override
    public void serialize(
            final Enum<?> value, final JsonGenerator json, final SerializerProvider provider)
            throws IOException {
        json.writeString(value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
