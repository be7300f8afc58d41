package dev.weir.dataplane.layout;

import org.agrona.MutableDirectBuffer;

/**
 * Where things are in {@code struct weir_process_event} and its neighbours; all in host order but
 * what {@link FlowKeyView} has otherwise.
 */
public final class ProcessLayout {
    public static final int EVENT_LENGTH = 72;

    /** As {@link FlowKeyView}. */
    public static final int KEY_OFFSET = 0;

    /** Of the flow's entry; 0: the packet was denied. */
    public static final int CREATED_OFFSET = 40;

    /** Low 32 bits of jiffies. */
    public static final int SEEN_OFFSET = 44;

    /** {@code struct weir_process}. */
    public static final int PROCESS_OFFSET = 48;

    public static final int PID_OFFSET = 48;
    public static final int VIA_OFFSET = 52;

    /** Of the programs; whoever has the event may write here. */
    public static final int TOLD_OFFSET = 53;

    /** Zero-terminated, {@link #COMM_LENGTH} bytes. */
    public static final int COMM_OFFSET = 56;

    /** {@code WEIR_COMM}. */
    public static final int COMM_LENGTH = 16;

    public static final int PROCESS_LENGTH = 24;
    public static final int SLOT_LENGTH = 32;

    /** {@code WEIR_PROCESS_SLOTS}. */
    public static final int SLOTS = 16_384;

    private ProcessLayout() {}

    /**
     * Writes a {@code struct weir_process} into zeroed memory.
     *
     * @param comm cut where it would leave no room for the zero at its end
     */
    public static void put(
            final MutableDirectBuffer process,
            final int pid,
            final ProcessVia via,
            final byte[] comm) {
        process.putInt(PID_OFFSET - PROCESS_OFFSET, pid);
        process.putByte(VIA_OFFSET - PROCESS_OFFSET, (byte) via.ordinal());
        process.putBytes(
                COMM_OFFSET - PROCESS_OFFSET, comm, 0, Math.min(comm.length, COMM_LENGTH - 1));
    }
}
