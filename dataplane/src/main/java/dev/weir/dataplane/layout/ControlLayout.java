package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_control}. */
public final class ControlLayout {
    /** {@code WEIR_ABI_VERSION}. */
    public static final int ABI_VERSION = 10;

    public static final int LENGTH = 64;
    public static final int ABI_VERSION_OFFSET = 0;
    public static final int REVISION_OFFSET = 4;
    public static final int FLAGS_OFFSET = 8;
    public static final int REFRESH_OFFSET = 12;
    public static final int TIMEOUT_TCP_SYN_OFFSET = 16;
    public static final int TIMEOUT_TCP_ESTABLISHED_OFFSET = 20;
    public static final int TIMEOUT_TCP_CLOSING_OFFSET = 24;
    public static final int TIMEOUT_UDP_OFFSET = 28;
    public static final int TIMEOUT_UDP_REPLIED_OFFSET = 32;
    public static final int TIMEOUT_ICMP_OFFSET = 36;
    public static final int TIMEOUT_OTHER_OFFSET = 40;
    public static final int UNTIMED_OFFSET = 44;
    public static final int SECOND_OFFSET = 48;
    public static final int FLOWS_KNOWN_OFFSET = 52;
    public static final int REDIRECT_UNTIL_OFFSET = 56;

    /** {@code WEIR_CONTROL_HOST_POLICY}. */
    public static final int HOST_POLICY = 1;

    /** {@code WEIR_CONTROL_CIDRS_V4}. */
    public static final int CIDRS_V4 = 2;

    /** {@code WEIR_CONTROL_CIDRS_V6}. */
    public static final int CIDRS_V6 = 4;

    private ControlLayout() {}
}
