package dev.weir.controller.export.jsonl;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.FlowSink;
import dev.weir.controller.export.Missing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Writes each report as one line of JSON; a loss too, where it happened. */
public final class JsonLinesSink implements FlowSink {
    private static final ObjectWriter JSON =
            JsonMapper.builder().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).build().writer();

    private final JsonLinesSettings settings;
    private final RotatedFile file;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream(64 << 10);

    public JsonLinesSink(final JsonLinesSettings settings, final Clock clock) {
        this.settings = settings;
        this.file = new RotatedFile(settings, clock);
    }

    @Override
    public String name() {
        return "jsonl";
    }

    @Override
    public String target() {
        return settings.file().toString();
    }

    @Override
    public int send(final List<FlowReport> reports) throws IOException {
        lines.reset();
        for (final FlowReport report : reports) {
            write(FlowLine.of(report));
        }
        file.append(ByteBuffer.wrap(lines.toByteArray()));
        reports.clear();
        return 0;
    }

    @Override
    public void missing(final Missing missing) throws IOException {
        lines.reset();
        write(Map.of("lost", missing));
        file.append(ByteBuffer.wrap(lines.toByteArray()));
    }

    private void write(final Object line) throws IOException {
        JSON.writeValue(lines, line);
        lines.write('\n');
    }

    @Override
    public void tick() throws IOException {
        file.tick();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
