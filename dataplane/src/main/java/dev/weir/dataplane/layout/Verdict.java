package dev.weir.dataplane.layout;

/** What became of a packet; ordinals are {@code enum weir_verdict}. */
public enum Verdict {
    DENIED,
    ALLOWED,
    /** Passed, but an audited policy would have denied it. */
    AUDIT;

    private static final Verdict[] VALUES = values();

    /** The verdict with the number {@code value} of {@code enum weir_verdict}. */
    public static Verdict of(final int value) {
        return VALUES[value];
    }
}
