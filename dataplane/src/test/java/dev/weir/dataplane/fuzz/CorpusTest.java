package dev.weir.dataplane.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The files in bpf/fuzz/corpus are what {@link Corpus} makes. {@code -Dcorpus.write} writes them;
 * an input that the fuzzer found is added there by hand, named found-*.
 */
class CorpusTest {
    static final Path FOLDER = Path.of("../bpf/fuzz/corpus");

    @Test
    void shouldBeTheFramesThatAreCheckedIn() throws IOException {
        if (System.getProperty("corpus.write") != null) {
            Files.createDirectories(FOLDER);
            for (final Map.Entry<String, byte[]> frame : Corpus.frames().entrySet()) {
                Files.write(FOLDER.resolve(frame.getKey()), frame.getValue());
            }
        }
        for (final Map.Entry<String, byte[]> frame : Corpus.frames().entrySet()) {
            assertThat(FOLDER.resolve(frame.getKey()))
                    .as(frame.getKey())
                    .hasBinaryContent(frame.getValue());
        }
        assertThat(names())
                .allMatch(name -> name.startsWith("found-") || Corpus.frames().containsKey(name));
    }

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
