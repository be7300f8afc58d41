package dev.weir.controller.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Columns as kubectl aligns them: as wide as their widest cell, three spaces apart. */
public final class TextTable {
    private static final int GAP = 3;

    private final List<String[]> rows = new ArrayList<>();

    public TextTable(final String... headers) {
        rows.add(headers);
    }

    /** Adds a row; a null or empty cell is printed as a dash. */
    public TextTable row(final Object... cells) {
        final String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            final String text = cells[i] == null ? "" : cells[i].toString();
            row[i] = text.isEmpty() ? "-" : text;
        }
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /** All lines, each with its newline. */
    @Override
    public String toString() {
        final int[] widths = new int[rows.get(0).length];
        for (final String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        final StringBuilder text = new StringBuilder();
        for (final String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                text.append(row[i]);
                if (i < row.length - 1) {
                    text.append(" ".repeat(widths[i] - row[i].length() + GAP));
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
