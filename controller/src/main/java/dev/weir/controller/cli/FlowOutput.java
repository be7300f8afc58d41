package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.text.Csv;
import dev.weir.controller.cli.text.Paint;
import dev.weir.controller.cli.text.TextTable;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Yaml;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints flow records in one format, each as it comes, so that a long answer never lies in memory;
 * only a table is kept until its columns' widths are known, and not when it is followed.
 */
final class FlowOutput {
    private static final int[] FOLLOWED_WIDTHS = {13, 7, 9, 7, 8, 28, 28, 7, 7, 7, 11};

    private final PrintWriter out;
    private final Format format;
    private final List<String> fields;
    private final boolean pruned;
    private final boolean headers;
    private final boolean raw;
    private final Paint paint;
    private final boolean follow;
    private final TextTable table;
    private int printed;
    private boolean begun;

    /** How flows are printed. */
    enum Format {
        TABLE,
        WIDE,
        COMPACT,
        JSON,
        JSONL,
        YAML,
        CSV;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Prints to {@code out}.
     *
     * @param wanted the fields to print; null for those of the format
     * @param raw exact numbers
     * @param follow a stream: no frame around the records, no end
     */
    FlowOutput(
            final PrintWriter out,
            final Format format,
            final List<String> wanted,
            final boolean noHeaders,
            final boolean raw,
            final Paint paint,
            final boolean follow) {
        this.out = out;
        this.format = format;
        this.pruned = wanted != null;
        this.fields = wanted == null ? usual(format, follow) : wanted;
        this.headers = !noHeaders;
        this.raw = raw;
        this.paint = paint;
        this.follow = follow;
        this.table = table();
        if (follow && !pruned && format == Format.TABLE) {
            for (int i = 0; i < FOLLOWED_WIDTHS.length; i++) {
                table.atLeast(i, FOLLOWED_WIDTHS[i]);
            }
        }
    }

    private static List<String> usual(final Format format, final boolean follow) {
        if (format == Format.CSV) {
            return FlowFields.all();
        }
        final List<String> columns =
                new ArrayList<>(format == Format.WIDE ? FlowFields.WIDE : FlowFields.TABLE);
        if (follow) {
            columns.add(1, "event");
        }
        return columns;
    }

    private TextTable table() {
        final String[] names = new String[fields.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = FlowFields.header(fields.get(i));
        }
        final TextTable empty = new TextTable(names).painted(paint);
        return headers ? empty : empty.withoutHeaders();
    }

    /** How many records were printed. */
    int printed() {
        return printed;
    }

    /** Prints one record. */
    void item(final JsonNode flow) {
        printed++;
        switch (format) {
            case TABLE, WIDE -> row(flow);
            case COMPACT -> out.println(FlowText.line(flow, raw, paint));
            case CSV -> csv(cells(flow, true), "");
            case JSONL -> out.println(Json.compact(chosen(flow)));
            case JSON -> json(chosen(flow));
            case YAML -> yaml(chosen(flow));
        }
    }

    private JsonNode chosen(final JsonNode flow) {
        return pruned ? FlowFields.pruned(flow, fields) : flow;
    }

    private List<String> cells(final JsonNode flow, final boolean exact) {
        final List<String> cells = new ArrayList<>(fields.size());
        final boolean members = !pruned && format == Format.CSV;
        for (final String field : fields) {
            cells.add(members ? FlowFields.text(flow, field) : FlowText.cell(flow, field, exact));
        }
        return cells;
    }

    private void row(final JsonNode flow) {
        final Object[] cells = cells(flow, raw).toArray();
        if (follow) {
            out.print(table.next(cells));
        } else {
            table.row(cells);
        }
    }

    /** A stream's last column says what is lost before the record; a list's losses go to stderr. */
    private void csv(final List<String> cells, final String lost) {
        if (!begun && headers) {
            final List<String> names = new ArrayList<>(fields);
            if (follow) {
                names.add("lost");
            }
            out.print(Csv.line(names));
        }
        begun = true;
        if (follow) {
            cells.add(lost);
        }
        out.print(Csv.line(cells));
    }

    private void json(final JsonNode flow) {
        if (follow) {
            out.println(Json.compact(flow));
            return;
        }
        out.print(begun ? ",\n    " : "{\n  \"items\" : [\n    ");
        out.print(Json.pretty(flow).replace("\n", "\n    "));
        begun = true;
    }

    private void yaml(final JsonNode flow) {
        if (follow) {
            out.print("---\n" + Yaml.write(flow));
            return;
        }
        out.print(begun ? "" : "items:\n");
        out.print("  - " + Yaml.write(flow).strip().replace("\n", "\n    ") + "\n");
        begun = true;
    }

    /** Prints that something is missing here in the stream; {@code item} has it as {@code lost}. */
    void loss(final JsonNode item) {
        final String text = FlowText.loss(item.path("lost"));
        switch (format) {
            case TABLE, WIDE, COMPACT -> out.println("... " + text);
            case JSON, JSONL -> out.println(Json.compact(item));
            case YAML -> out.print("---\n" + Yaml.write(item));
            case CSV -> csv(cells(Json.object(), true), text);
        }
    }

    /** Ends a list; {@code rest} is what the answer says beside its items. */
    void end(final JsonNode rest) {
        switch (format) {
            case TABLE, WIDE -> out.print(table.isEmpty() ? "no flows\n" : table.toString());
            case CSV -> {
                if (!begun && headers) {
                    out.print(Csv.line(fields));
                }
            }
            case JSON -> {
                final String members = Json.pretty(rest);
                out.print(begun ? "\n  ]" : "{\n  \"items\" : [ ]");
                out.println(rest.isEmpty() ? "\n}" : "," + members.substring(1));
            }
            case YAML -> {
                out.print(begun ? "" : "items: []\n");
                out.print(rest.isEmpty() ? "" : Yaml.write((ObjectNode) rest));
            }
            default -> {
                // Nothing frames the lines.
            }
        }
    }
}
