package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_connection}. */
public final class ConnectionLayout {
    public static final int LENGTH = 56;
    public static final int REVISION_OFFSET = 0;
    public static final int POLICY_OFFSET = 4;
    public static final int RULE_OFFSET = 8;
    public static final int REMOTE_IDENTITY_OFFSET = 12;
    public static final int CREATED_OFFSET = 16;
    public static final int LAST_SEEN_OFFSET = 20;
    public static final int VERDICT_OFFSET = 24;
    public static final int REASON_OFFSET = 25;
    public static final int OPENER_OFFSET = 26;
    public static final int STATE_OFFSET = 27;
    public static final int FLAGS_OFFSET = 28;
    public static final int SYN_NS_OFFSET = 32;
    public static final int SYNACK_NS_OFFSET = 40;
    public static final int HANDSHAKE_NETWORK_NS_OFFSET = 48;
    public static final int HANDSHAKE_CONTAINER_NS_OFFSET = 52;

    private ConnectionLayout() {}
}
