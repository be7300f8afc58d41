package dev.weir.controller.export.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.Flows;
import dev.weir.controller.export.Missing;
import dev.weir.controller.flow.FlowRecord.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesSinkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private Path file;
    private Instant now = Instant.now();

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("flows.jsonl");
    }

    private JsonLinesSink sink(final long maxBytes) {
        return new JsonLinesSink(
                new JsonLinesSettings(
                        file, maxBytes, Duration.ofHours(1), 2, JsonLinesSettings.Sync.BATCH),
                new Clock() {
                    @Override
                    public ZoneId getZone() {
                        return ZoneId.of("UTC");
                    }

                    @Override
                    public Clock withZone(final ZoneId zone) {
                        return this;
                    }

                    @Override
                    public Instant instant() {
                        return now;
                    }
                });
    }

    private static List<FlowReport> reports(final int count) {
        final List<FlowReport> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Flows.report(Flows.tcp(1_000 + i, Event.ENDED, 10)));
        }
        return all;
    }

    @Test
    void shouldWriteTheWholeRecordItsDeltaAndALoss() throws IOException {
        final JsonLinesSink sink = sink(1 << 20);
        final List<FlowReport> reports = reports(1);
        sink.send(reports);
        sink.missing(new Missing(3, 20, 1_200));
        sink.close();

        final List<String> lines = Files.readAllLines(file);
        final JsonNode flow = JSON.readTree(lines.get(0));
        assertThat(reports).isEmpty();
        assertThat(flow.at("/l4/sourcePort").asInt()).isEqualTo(1_000);
        assertThat(flow.at("/source/pod").asText()).isEqualTo("client");
        assertThat(flow.path("bytes").asInt()).isEqualTo(1_000);
        assertThat(flow.path("flowEnd").asText()).isEqualTo("end-of-flow");
        assertThat(flow.at("/delta/replyBytes").asInt()).isEqualTo(5_000);
        assertThat(flow.at("/delta/since").asText()).isEqualTo(Flows.START.toString());
        assertThat(JSON.readTree(lines.get(1)).at("/lost/packets").asInt()).isEqualTo(20);
    }

    @Test
    void shouldPutAFullFileAsideAndKeepSoMany() throws IOException {
        final JsonLinesSink sink = sink(10_000);
        for (int i = 0; i < 40; i++) {
            sink.send(reports(2));
        }
        sink.close();

        final List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(each -> each.getFileName().toString()).sorted().toList();
        }
        assertThat(names).containsExactly("flows.jsonl", "flows.jsonl.1", "flows.jsonl.2");
        for (final String name : names) {
            assertThat(folder.resolve(name).toFile().length()).isBetween(1L, 10_000L);
            for (final String line : Files.readAllLines(folder.resolve(name))) {
                assertThat(JSON.readTree(line).path("packets").asInt()).isEqualTo(10);
            }
        }
    }

    @Test
    void shouldPutAnOldFileAside() throws IOException {
        final JsonLinesSink sink = sink(1 << 20);
        sink.send(reports(1));
        sink.tick();
        assertThat(file).exists();

        now = now.plus(Duration.ofHours(2));
        sink.tick();

        assertThat(file).doesNotExist();
        assertThat(folder.resolve("flows.jsonl.1")).exists();
        sink.close();
    }

    @Test
    void shouldBeginANewFileWhenLogrotateTookTheOldOne() throws IOException {
        final JsonLinesSink sink = sink(1 << 20);
        sink.send(reports(2));
        Files.move(file, folder.resolve("taken"));
        sink.send(reports(3));
        sink.close();

        assertThat(Files.readAllLines(folder.resolve("taken"))).hasSize(2);
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @Test
    void shouldSayWhyItCannotWriteAndKeepTheReports() throws IOException {
        Files.createDirectory(file);
        final JsonLinesSink sink = sink(1 << 20);
        final List<FlowReport> reports = reports(2);

        assertThatThrownBy(() -> sink.send(reports))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThat(reports).hasSize(2);
        sink.close();
    }
}
