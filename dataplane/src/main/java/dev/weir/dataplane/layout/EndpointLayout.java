package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_endpoint} and {@code struct weir_interface}. */
public final class EndpointLayout {
    public static final int LENGTH = 192;
    public static final int POLICY_OFFSET = 0;
    public static final int IFINDEX_OFFSET = 16;
    public static final int MAC_OFFSET = 20;
    public static final int ADDRESS_COUNT_OFFSET = 26;
    public static final int IDENTITY_OFFSET = 28;
    public static final int NETNS_COOKIE_OFFSET = 32;
    public static final int ADDRESSES_OFFSET = 40;
    public static final int ADDRESS_LENGTH = 16;

    /**
     * {@code struct weir_interface}: ifindex, 16 bits of endpoint, 16 bits that are the programs'
     * own, and the station.
     */
    public static final int INTERFACE_LENGTH = 16;

    public static final int INTERFACE_STATION_OFFSET = 8;

    /** {@code WEIR_INTERFACE_WAYS}. */
    public static final int INTERFACE_WAYS = 4;

    /** {@code WEIR_INTERFACE_BUCKETS}. */
    public static final int INTERFACE_BUCKETS = 4_096;

    public static final int INTERFACE_BUCKET_LENGTH = INTERFACE_WAYS * INTERFACE_LENGTH;

    /** {@code WEIR_STATION_BRIDGE}: bits of a station below the number of its bridge. */
    public static final int STATION_BRIDGE_SHIFT = 48;

    private EndpointLayout() {}
}
