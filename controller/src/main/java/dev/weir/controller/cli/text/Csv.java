package dev.weir.controller.cli.text;

import java.util.List;

/** Comma-separated values as RFC 4180 has them, but for the line end, which is Unix's. */
public final class Csv {
    private Csv() {}

    /** One line with its newline. */
    public static String line(final List<String> cells) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
        }
        return line.append('\n').toString();
    }

    private static String quoted(final String cell) {
        final boolean plain =
                cell.indexOf(',') < 0
                        && cell.indexOf('"') < 0
                        && cell.indexOf('\n') < 0
                        && cell.indexOf('\r') < 0;
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
