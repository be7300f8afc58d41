package dev.weir.dataplane.layout;

/** What a policy row says; ordinals are {@code enum weir_row_verdict}. */
public enum RowVerdict {
    /** Decides nothing by itself: a root row that only leads to others. */
    NONE,
    ALLOW,
    DENY,
    /** Would deny, and passes. */
    AUDIT
}
