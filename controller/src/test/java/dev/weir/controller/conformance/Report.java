package dev.weir.controller.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Counts the cases of each suite, over all classes; its table, {@code target/conformance.md}, is
 * what docs/conformance.md shows.
 */
final class Report {
    private static final Path FILE = Path.of("target/conformance.md");
    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    private Report() {}

    /** A test for each case. */
    static Stream<DynamicTest> run(
            final String suite, final List<Case> cases, final Runner runner) {
        return cases.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> run(suite, each, runner)));
    }

    private static final class Row {
        private int cases;
        private int passed;
        private int steps;
        private long questions;
        private long nanos;
    }

    /** Runs a case and counts it. */
    private static void run(final String suite, final Case each, final Runner runner)
            throws Exception {
        final Row row = ROWS.computeIfAbsent(suite, name -> new Row());
        final long start = System.nanoTime();
        final long asked = runner.questions();
        row.cases++;
        try {
            runner.run(each);
            row.passed++;
        } finally {
            row.steps += each.steps().size();
            row.questions += runner.questions() - asked;
            row.nanos += System.nanoTime() - start;
            write();
        }
    }

    private static void write() throws IOException {
        final StringBuilder table =
                new StringBuilder("| suite | cases | passed | steps | questions | seconds |\n")
                        .append("|---|--:|--:|--:|--:|--:|\n");
        ROWS.forEach(
                (suite, row) ->
                        table.append(
                                "| %s | %d | %d | %d | %,d | %.1f |%n"
                                        .formatted(
                                                suite,
                                                row.cases,
                                                row.passed,
                                                row.steps,
                                                row.questions,
                                                row.nanos / 1e9)));
        Files.writeString(FILE, table);
    }
}
