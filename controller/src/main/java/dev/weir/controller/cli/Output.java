package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Yaml;
import java.util.Locale;

/** {@code -o}: for people or for programs. */
final class Output {
    private final Arg<Format> format;

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

    /** Adds it to a command's. */
    Output(final Args args) {
        format =
                args.choice(
                        "-o,--output",
                        "FORMAT",
                        Format.TABLE,
                        "${COMPLETION-CANDIDATES}; json and yaml carry every field.");
    }

    /** True for more columns. */
    boolean wide() {
        return format.value() == Format.WIDE;
    }

    /** True when a table is asked for; then {@link #text} is not. */
    boolean forPeople() {
        return format.value() == Format.TABLE || format.value() == Format.WIDE;
    }

    /** {@code node} as it came, every field of it. */
    String text(final JsonNode node) {
        return format.value() == Format.YAML ? Yaml.write(node) : Json.pretty(node) + "\n";
    }
}
