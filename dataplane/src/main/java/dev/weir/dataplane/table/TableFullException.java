package dev.weir.dataplane.table;

/** A table has no room for what was asked; nothing of the request is in force. */
public final class TableFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TableFullException(final String table, final long needed, final long capacity) {
        super(table + ": " + needed + " entries needed (capacity: " + capacity + ")");
    }
}
