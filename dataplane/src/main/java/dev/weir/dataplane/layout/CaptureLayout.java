package dev.weir.dataplane.layout;

/**
 * Where things are in {@code struct weir_capture_filter}, {@code struct weir_captured} and {@code
 * struct weir_capture_total}; all in host order but the addresses and the VLAN's protocol.
 */
public final class CaptureLayout {
    /** {@code WEIR_CAPTURE_TERMS}: addresses, and ports, that one capture can ask for. */
    public static final int TERMS = 8;

    /** {@code WEIR_CAPTURE_LONGEST}: bytes of a packet. */
    public static final int LONGEST = 65_536;

    public static final int FILTER_LENGTH = 432;
    public static final int PROTOCOLS_OFFSET = 0;
    public static final int REASONS_OFFSET = 32;
    public static final int DIRECTIONS_OFFSET = 36;
    public static final int SNAP_OFFSET = 40;
    public static final int ADDRESSES_OFFSET = 48;
    public static final int PORTS_OFFSET = 368;

    public static final int ADDRESS_LENGTH = 40;
    public static final int ADDRESS_OFFSET = 0;
    public static final int ADDRESS_MASK_OFFSET = 16;
    public static final int ADDRESS_USED_OFFSET = 32;
    public static final int ADDRESS_SIDE_OFFSET = 33;
    public static final int ADDRESS_NEGATED_OFFSET = 34;
    public static final int ADDRESS_IPV4_OFFSET = 35;

    public static final int PORTS_LENGTH = 8;
    public static final int PORTS_LOW_OFFSET = 0;
    public static final int PORTS_HIGH_OFFSET = 2;
    public static final int PORTS_USED_OFFSET = 4;
    public static final int PORTS_SIDE_OFFSET = 5;
    public static final int PORTS_NEGATED_OFFSET = 6;

    public static final int RECORD_LENGTH = 72;
    public static final int KTIME_OFFSET = 0;
    public static final int LENGTH_OFFSET = 8;
    public static final int CAPTURED_OFFSET = 12;
    public static final int RULE_OFFSET = 16;
    public static final int SEGMENTS_OFFSET = 20;
    public static final int VLAN_OFFSET = 24;
    public static final int VLAN_PROTOCOL_OFFSET = 26;
    public static final int DIRECTION_OFFSET = 28;
    public static final int REASON_OFFSET = 29;
    public static final int TCP_FLAGS_OFFSET = 30;
    public static final int KEY_OFFSET = 32;

    public static final int TOTAL_LENGTH = 16;
    public static final int MATCHED_OFFSET = 0;
    public static final int LOST_OFFSET = 8;

    private CaptureLayout() {}
}
