package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Yaml;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code -o}: for people or for programs. */
final class Output {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            converter = FormatChoice.class,
            description = "${COMPLETION-CANDIDATES}; json and yaml carry every field.")
    private Format format = Format.TABLE;

    /** How an answer is printed. */
    enum Format {
        TABLE,
        WIDE,
        JSON,
        YAML;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads it. */
    static final class FormatChoice extends Choice<Format> {
        FormatChoice() {
            super(Format.class);
        }
    }

    /** True for more columns. */
    boolean wide() {
        return format == Format.WIDE;
    }

    /** True when a table is asked for; then {@link #text} is not. */
    boolean forPeople() {
        return format == Format.TABLE || format == Format.WIDE;
    }

    /** {@code node} as it came, every field of it. */
    String text(final JsonNode node) {
        return format == Format.YAML ? Yaml.write(node) : Json.pretty(node) + "\n";
    }
}
