package dev.weir.controller.flow;

/** When the kernel's ring buffer was full: what the containers' overflow counters grew by. */
final class KernelLosses {
    private final FlowTime time;
    private long packets;
    private long bytes;
    private long checkedAt;
    private long until = -1;

    KernelLosses(final FlowTime time) {
        this.time = time;
        this.checkedAt = time.now();
    }

    /** The counters hold this much from before anybody looked; no loss of now. */
    void rebase(final long overflowPackets, final long overflowBytes) {
        packets = overflowPackets;
        bytes = overflowBytes;
    }

    /** What was lost since the last call, or null. */
    FlowLoss update(final long overflowPackets, final long overflowBytes) {
        final long morePackets = overflowPackets - packets;
        final long moreBytes = overflowBytes - bytes;
        final long before = checkedAt;
        checkedAt = time.now();
        rebase(overflowPackets, overflowBytes);
        if (morePackets <= 0) {
            return null;
        }
        until = checkedAt;
        return new FlowLoss(
                new FlowLoss.Lost(
                        LossStage.KERNEL_RING,
                        null,
                        morePackets,
                        moreBytes,
                        time.instant(before),
                        time.instant(until),
                        "too many evicted entries at a time"));
    }

    /** When the last loss was seen, in jiffies; -1 while there was none. */
    long until() {
        return until;
    }
}
