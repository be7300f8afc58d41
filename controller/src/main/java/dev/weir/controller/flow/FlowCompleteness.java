package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the records do not tell.
 *
 * @param live open flows in memory
 * @param ended flows in the history
 * @param pushedOut flows that left the history because its memory was full
 * @param pushedOutPackets their packets
 * @param forcedOut open flows that had to be ended for want of memory (also in pushedOut)
 * @param evicted entries the kernel's caches handed over through the ring buffer
 * @param overflowPackets packets that are in the counters but in no flow: the ring buffer was full
 * @param overflowBytes their bytes
 * @param since the oldest ended flow; null while there is none
 * @param begin when this agent began to read, if containers were there before it; else null
 * @param pushedOutUntil when the latest of the flows that left the history was last seen; null:
 *     none left
 * @param overflowUntil when the ring buffer was last full since this agent began; null: never
 * @param memoryBytes memory that flows take
 * @param memoryLimitBytes what they may take
 * @param subscribers open streams
 * @param subscriberLost records lost to slow subscribers
 * @param sweeps readings of the kernel's tables
 * @param lastSweepNanos how long the last one took
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FlowCompleteness(
        long live,
        long ended,
        long pushedOut,
        long pushedOutPackets,
        long forcedOut,
        long evicted,
        long overflowPackets,
        long overflowBytes,
        @JsonSerialize(using = ToStringSerializer.class) Instant since,
        @JsonSerialize(using = ToStringSerializer.class) Instant begin,
        @JsonSerialize(using = ToStringSerializer.class) Instant pushedOutUntil,
        @JsonSerialize(using = ToStringSerializer.class) Instant overflowUntil,
        long memoryBytes,
        long memoryLimitBytes,
        int subscribers,
        long subscriberLost,
        long sweeps,
        long lastSweepNanos) {

    /**
     * What an answer about the time from {@code from} on may lack.
     *
     * @param from null for the beginning of the history
     * @param asked true if {@code from} is a time that the query named
     */
    List<FlowLoss.Lost> missing(final Instant from, final boolean asked) {
        final List<FlowLoss.Lost> missing = new ArrayList<>();
        if (pushedOutUntil != null && (from == null || !pushedOutUntil.isBefore(from))) {
            missing.add(
                    new FlowLoss.Lost(
                            LossStage.HISTORY,
                            pushedOut,
                            pushedOutPackets,
                            null,
                            null,
                            pushedOutUntil,
                            "memory full (setting flows.history)"));
        }
        if (overflowUntil != null && (from == null || !overflowUntil.isBefore(from))) {
            missing.add(
                    new FlowLoss.Lost(
                            LossStage.KERNEL_RING,
                            null,
                            overflowPackets,
                            overflowBytes,
                            null,
                            overflowUntil,
                            "too many evicted entries at a time (setting tables.events)"));
        }
        if (begin != null && asked && from.isBefore(begin)) {
            missing.add(
                    new FlowLoss.Lost(
                            LossStage.AGENT_START,
                            null,
                            null,
                            null,
                            null,
                            begin,
                            "the agent knows no flow that ended before it started"));
        }
        return missing;
    }
}
