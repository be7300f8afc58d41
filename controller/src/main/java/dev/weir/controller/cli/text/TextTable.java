package dev.weir.controller.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Columns as kubectl aligns them: as wide as their widest cell, three spaces apart. */
public final class TextTable {
    private static final int GAP = 3;

    private final List<String[]> rows = new ArrayList<>();
    private final String[] headers;
    private final int[] widths;
    private Paint paint = Paint.PLAIN;
    private boolean headless;
    private boolean begun;

    public TextTable(final String... headers) {
        this.headers = headers.clone();
        this.widths = new int[headers.length];
    }

    /** Leaves the line with the headers out. */
    public TextTable withoutHeaders() {
        headless = true;
        return this;
    }

    /** Colours the cells that have one. */
    public TextTable painted(final Paint colours) {
        paint = colours;
        return this;
    }

    /** Makes a column at least so wide. */
    public TextTable atLeast(final int column, final int width) {
        widths[column] = Math.max(widths[column], width);
        return this;
    }

    /** Adds a row; a null or empty cell is printed as a dash. */
    public TextTable row(final Object... cells) {
        rows.add(dashed(cells));
        return this;
    }

    private static String[] dashed(final Object... cells) {
        final String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            final String text = cells[i] == null ? "" : cells[i].toString();
            row[i] = text.isEmpty() ? "-" : text;
        }
        return row;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * The text of one more row of a table without an end, with its newline, the first time after
     * the headers. Columns never shrink: a cell that does not fit makes its column wider for good.
     */
    public String next(final Object... cells) {
        final StringBuilder text = new StringBuilder();
        if (!begun && !headless) {
            widen(headers);
            line(text, headers);
        }
        begun = true;
        final String[] row = dashed(cells);
        widen(row);
        line(text, row);
        return text.toString();
    }

    /** All lines, each with its newline. */
    @Override
    public String toString() {
        if (!headless) {
            widen(headers);
        }
        rows.forEach(this::widen);
        final StringBuilder text = new StringBuilder();
        if (!headless) {
            line(text, headers);
        }
        for (final String[] row : rows) {
            line(text, row);
        }
        return text.toString();
    }

    private void widen(final String[] row) {
        for (int i = 0; i < row.length; i++) {
            widths[i] = Math.max(widths[i], row[i].length());
        }
    }

    private void line(final StringBuilder text, final String[] row) {
        for (int i = 0; i < row.length; i++) {
            text.append(paint.verdict(row[i]));
            if (i < row.length - 1) {
                text.append(" ".repeat(widths[i] - row[i].length() + GAP));
            }
        }
        text.append('\n');
    }
}
