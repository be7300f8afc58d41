package dev.weir.dataplane.layout;

/** What a policy row says; ordinals are {@code enum weir_row_verdict}. */
public enum RowVerdict {
    /** Decides nothing by itself: the default does. */
    NONE,
    ALLOW,
    DENY;

    private static final RowVerdict[] VALUES = values();

    /** The verdict with the number {@code value} of {@code enum weir_row_verdict}. */
    public static RowVerdict of(final int value) {
        return VALUES[value];
    }
}
