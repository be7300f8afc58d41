package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.cli.text.Units;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Any tree of JSON as a page for people: plain members first, then a section for each object and a
 * table for each list of objects. Units come from the ends of the names.
 */
final class StatusText {
    private StatusText() {}

    static String of(final JsonNode status) {
        final StringBuilder page = new StringBuilder();
        final TextTable plain = new TextTable("NAME", "VALUE");
        lines(plain, "", status);
        page.append(plain);
        sections(page, "", status);
        return page.toString();
    }

    /** Everything that is a plain value, however deep. */
    private static void lines(final TextTable table, final String prefix, final JsonNode node) {
        for (final Map.Entry<String, JsonNode> member : node.properties()) {
            final JsonNode value = member.getValue();
            final String name = prefix + member.getKey();
            if (value.isObject()) {
                lines(table, name + ".", value);
            } else if (!isTable(value)) {
                table.row(name, value.isArray() ? SelectorText.joined(value) : cell(name, value));
            }
        }
    }

    private static void sections(
            final StringBuilder page, final String prefix, final JsonNode node) {
        for (final Map.Entry<String, JsonNode> member : node.properties()) {
            final JsonNode value = member.getValue();
            final String name = prefix + member.getKey();
            if (value.isObject()) {
                sections(page, name + ".", value);
            } else if (isTable(value)) {
                page.append('\n').append(name).append('\n').append(table(value));
            }
        }
    }

    private static boolean isTable(final JsonNode value) {
        return value.isArray() && value.size() > 0 && value.get(0).isObject();
    }

    private static TextTable table(final JsonNode rows) {
        final Set<String> columns = new LinkedHashSet<>();
        for (final JsonNode row : rows) {
            for (final Map.Entry<String, JsonNode> member : row.properties()) {
                columns.add(member.getKey());
            }
        }
        final TextTable table =
                new TextTable(
                        columns.stream()
                                .map(each -> each.toUpperCase(Locale.ROOT))
                                .toArray(String[]::new));
        for (final JsonNode row : rows) {
            table.row(columns.stream().map(each -> cell(each, row.path(each))).toArray());
        }
        return table;
    }

    private static String cell(final String name, final JsonNode value) {
        if (value.isContainerNode()) {
            return value.isArray() ? SelectorText.joined(value) : value.size() + " members";
        }
        if (value.isNumber()) {
            if (name.endsWith("Bytes") || name.endsWith("bytes")) {
                return Units.bytes(value.asLong());
            }
            if (name.endsWith("Nanos")) {
                return Units.nanos(value.asLong());
            }
            if (name.endsWith("Seconds")) {
                return Units.age(value.asLong());
            }
        }
        return value.asText();
    }
}
