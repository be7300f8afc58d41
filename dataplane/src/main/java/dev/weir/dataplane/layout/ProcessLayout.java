package dev.weir.dataplane.layout;

/**
 * Where things are in {@code struct weir_process_event} and {@code struct weir_process_losses}; all
 * in host order but the addresses and ports.
 */
public final class ProcessLayout {
    public static final int EVENT_LENGTH = 80;
    public static final int NETNS_COOKIE_OFFSET = 0;

    /** Local, then remote address, 16 bytes each, then the ports: as in {@link FlowKeyView}. */
    public static final int LOCAL_OFFSET = 8;

    public static final int REMOTE_OFFSET = 24;
    public static final int LOCAL_PORT_OFFSET = 40;
    public static final int REMOTE_PORT_OFFSET = 42;

    /** Low 32 bits of jiffies, as {@link #SEEN_OFFSET}. */
    public static final int OPENED_OFFSET = 44;

    public static final int SEEN_OFFSET = 48;
    public static final int PID_OFFSET = 52;

    /** Zero-terminated, {@link #COMM_LENGTH} bytes. */
    public static final int COMM_OFFSET = 56;

    public static final int VIA_OFFSET = 72;
    public static final int ESTABLISHED_OFFSET = 73;

    /** {@code WEIR_COMM}. */
    public static final int COMM_LENGTH = 16;

    public static final int LOSSES_LENGTH = 16;
    public static final int LOST_EVENTS_OFFSET = 0;
    public static final int LOST_SOCKETS_OFFSET = 8;

    private ProcessLayout() {}
}
