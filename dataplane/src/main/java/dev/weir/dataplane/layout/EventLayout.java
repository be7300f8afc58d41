package dev.weir.dataplane.layout;

/** {@code struct weir_event}, and what follows it in {@code union weir_eviction}. */
public final class EventLayout {
    /** Of {@code union weir_eviction}. */
    public static final int LENGTH = 272;

    public static final int TYPE_OFFSET = 0;
    public static final int CPU_OFFSET = 4;

    /** Of the entry among its CPU's. */
    public static final int SLOT_OFFSET = 8;

    /** Where the entry begins, or the message: {@link DnsLayout}. */
    public static final int HEAD_LENGTH = 16;

    private EventLayout() {}
}
