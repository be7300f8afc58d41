package dev.weir.controller.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the cases of each suite; its table is what docs/conformance.md shows. */
final class Report {
    private final Map<String, Row> rows = new LinkedHashMap<>();

    private static final class Row {
        private int cases;
        private int passed;
        private int steps;
        private long questions;
        private long nanos;
    }

    /** Runs a case and counts it. */
    void run(final String suite, final Case each, final Runner runner) throws Exception {
        final Row row = rows.computeIfAbsent(suite, name -> new Row());
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
        }
    }

    /** Prints the table, and leaves it in a file. */
    void write(final Path file) throws IOException {
        final StringBuilder table =
                new StringBuilder("| suite | cases | passed | steps | questions | seconds |\n")
                        .append("|---|--:|--:|--:|--:|--:|\n");
        for (final Map.Entry<String, Row> each : rows.entrySet()) {
            final Row row = each.getValue();
            table.append(
                    "| %s | %d | %d | %d | %,d | %.1f |%n"
                            .formatted(
                                    each.getKey(),
                                    row.cases,
                                    row.passed,
                                    row.steps,
                                    row.questions,
                                    row.nanos / 1e9));
        }
        System.out.print(table);
        Files.writeString(file, table);
    }
}
