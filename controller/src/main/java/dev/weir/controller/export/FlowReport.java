package dev.weir.controller.export;

import dev.weir.controller.flow.FlowRecord;
import java.time.Instant;

/**
 * One report about a flow. {@code flow} has the totals since the flow began; the counters here are
 * what came since the last report, so that the sum over reports counts each packet once.
 *
 * @param since when the last report was, or the flow's start
 * @param packets in the opener's direction
 * @param bytes in the opener's direction, with the Ethernet header
 * @param replyPackets in the other direction
 * @param replyBytes in the other direction
 */
public record FlowReport(
        FlowRecord flow,
        FlowEnd end,
        Instant since,
        long packets,
        long bytes,
        long replyPackets,
        long replyBytes) {}
