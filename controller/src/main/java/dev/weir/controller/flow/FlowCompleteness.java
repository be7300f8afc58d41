package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;

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
        long memoryBytes,
        long memoryLimitBytes,
        int subscribers,
        long subscriberLost,
        long sweeps,
        long lastSweepNanos) {}
