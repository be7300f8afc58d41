package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_log}. */
public final class LogLayout {
    public static final int LENGTH = 128;
    public static final int WRITTEN_OFFSET = 0;
    public static final int LOST_OFFSET = 8;
    public static final int READ_OFFSET = 64;

    private LogLayout() {}
}
