package dev.weir.controller.export;

import dev.weir.controller.flow.FlowRecord;
import java.time.Duration;
import java.time.Instant;

/** How far the reports about one flow have come. */
final class FlowProgress {
    /** The kernel's clock is put to UTC anew now and then: one start may be told a little apart. */
    private static final Duration SAME_START = Duration.ofSeconds(2);

    final FlowIdentity identity;
    private final Instant start;
    private Instant since;
    private long packets;
    private long bytes;
    private long replyPackets;
    private long replyBytes;

    /** News that was not reported yet; null if there is none. */
    private FlowRecord pending;

    /** When the next report may be, in nanoseconds of the caller's clock. */
    long due;

    /** When it was last reported, by the same clock. */
    long heard;

    FlowProgress(final FlowIdentity identity, final FlowRecord first, final boolean fromStart) {
        this.identity = identity;
        this.start = first.start();
        this.since = fromStart ? first.start() : first.time();
        if (!fromStart) {
            settle(first);
        }
    }

    boolean isOf(final FlowRecord flow) {
        return Duration.between(start, flow.start()).abs().compareTo(SAME_START) <= 0
                && flow.packets() >= packets
                && flow.replyPackets() >= replyPackets;
    }

    void pending(final FlowRecord flow) {
        pending = flow;
    }

    FlowRecord pending() {
        return pending;
    }

    FlowReport report(final FlowRecord flow, final FlowEnd end) {
        final FlowReport report =
                new FlowReport(
                        flow,
                        end,
                        since,
                        flow.packets() - packets,
                        flow.bytes() - bytes,
                        flow.replyPackets() - replyPackets,
                        flow.replyBytes() - replyBytes);
        settle(flow);
        since = flow.time();
        pending = null;
        return report;
    }

    private void settle(final FlowRecord flow) {
        packets = flow.packets();
        bytes = flow.bytes();
        replyPackets = flow.replyPackets();
        replyBytes = flow.replyBytes();
    }
}
