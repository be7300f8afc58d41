package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_dns_event}, counted from behind its head, {@link EventLayout}. */
public final class DnsLayout {
    /** {@code WEIR_DNS_PAYLOAD}: bytes of a message that are copied at most. */
    public static final int PAYLOAD_MOST = 512;

    /** A {@link FlowKeyView}. */
    public static final int KEY_OFFSET = 0;

    /** 64 bits, CLOCK_MONOTONIC. */
    public static final int KTIME_NS_OFFSET = 40;

    /** 16 bits; of the payload in the record. */
    public static final int LENGTH_OFFSET = 48;

    /** 8 bits, {@link Direction}. */
    public static final int DIRECTION_OFFSET = 50;

    /** 32 bits; over TCP the sequence number of the payload's first byte, else 0. */
    public static final int SEQUENCE_OFFSET = 52;

    public static final int PAYLOAD_OFFSET = 56;

    private DnsLayout() {}
}
