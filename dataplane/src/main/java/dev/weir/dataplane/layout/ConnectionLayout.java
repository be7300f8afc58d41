package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_connection} and {@code struct weir_connection_bucket}. */
public final class ConnectionLayout {
    public static final int LENGTH = 88;
    public static final int KEY_OFFSET = 0;
    public static final int REVISION_OFFSET = 40;
    public static final int POLICY_OFFSET = 44;
    public static final int RULE_OFFSET = 48;
    public static final int REMOTE_IDENTITY_OFFSET = 52;
    public static final int CREATED_OFFSET = 56;
    public static final int VERDICT_OFFSET = 60;
    public static final int REASON_OFFSET = 61;
    public static final int OPENER_OFFSET = 62;
    public static final int STATE_OFFSET = 63;
    public static final int STEP_NS_OFFSET = 64;
    public static final int HANDSHAKE_NETWORK_NS_OFFSET = 72;
    public static final int HANDSHAKE_CONTAINER_NS_OFFSET = 76;
    public static final int FLAGS_OFFSET = 80;

    /** {@code WEIR_CONNECTION_WAYS}. */
    public static final int WAYS = 16;

    public static final int BUCKET_LENGTH = 1536;
    public static final int TAGS_OFFSET = 0;
    public static final int EXPIRES_OFFSET = 64;
    public static final int CONNECTIONS_OFFSET = 128;

    /** {@code WEIR_TAG_NEVER}: the way was never used, which ends a search. */
    public static final int TAG_NEVER = 0;

    /** {@code WEIR_TAG_FREE}. */
    public static final int TAG_FREE = 1;

    /** {@code WEIR_TAG_BUSY}: somebody writes it. */
    public static final int TAG_BUSY = 2;

    /** {@code WEIR_TAG_USED}: set in the tag of every connection. */
    public static final int TAG_USED = 4;

    private ConnectionLayout() {}
}
