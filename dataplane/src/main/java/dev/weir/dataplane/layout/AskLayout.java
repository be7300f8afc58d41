package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_ask}. */
public final class AskLayout {
    public static final int LENGTH = 64;
    public static final int KEY_OFFSET = 0;
    public static final int OPENER_OFFSET = 40;
    public static final int ZERO_OFFSET = 41;
    public static final int VERDICT_OFFSET = 44;
    public static final int REASON_OFFSET = 48;
    public static final int RULE_OFFSET = 52;
    public static final int REMOTE_IDENTITY_OFFSET = 56;
    public static final int REVISION_OFFSET = 60;

    private AskLayout() {}
}
