package dev.weir.dataplane.layout;

/** Offsets in the keys and values of {@code weir_policy}, {@code weir_peers} and the CIDR maps. */
public final class RowLayout {
    public static final int ADDRESS_LENGTH = 16;
    public static final int CIDR_V4_LENGTH = 8;
    public static final int CIDR_V6_LENGTH = 20;
    public static final int CIDR_ADDRESS_OFFSET = 4;

    public static final int PEER_LENGTH = 16;
    public static final int PEER_IDENTITY_OFFSET = 0;
    public static final int PEER_PREVIOUS_IDENTITY_OFFSET = 4;
    public static final int PEER_SINCE_REVISION_OFFSET = 8;
    public static final int PEER_ENDPOINT_OFFSET = 12;

    public static final int KEY_LENGTH = 16;
    public static final int KEY_POLICY_OFFSET = 0;
    public static final int KEY_IDENTITY_OFFSET = 4;
    public static final int KEY_DIRECTION_OFFSET = 8;
    public static final int KEY_PROTOCOL_OFFSET = 9;
    public static final int KEY_PREFIX_LENGTH_OFFSET = 10;
    public static final int KEY_PORT_OFFSET = 12;

    public static final int ROW_LENGTH = 24;
    public static final int ROW_RULE_OFFSET = 0;
    public static final int ROW_PRECEDENCE_OFFSET = 4;
    public static final int ROW_AUDIT_RULE_OFFSET = 8;
    public static final int ROW_AUDIT_PRECEDENCE_OFFSET = 12;
    public static final int ROW_PREFIX_LENGTHS_OFFSET = 16;
    public static final int ROW_VERDICT_OFFSET = 20;
    public static final int ROW_AUDIT_VERDICT_OFFSET = 21;
    public static final int ROW_FINAL_OFFSET = 22;

    private RowLayout() {}
}
