package dev.weir.controller.dns;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;

/**
 * What one container asked of DNS over UDP since its agent started.
 *
 * @param queries packets with a question, repeated ones too
 * @param answers by response code, such as {@code NXDOMAIN}; only those that a query waited for
 * @param unanswered queries that nothing came for in ten seconds
 * @param unmatched answers that no query waited for: late, repeated or made up; they name nothing
 * @param unreadable messages to or from port 53 that are no query with one question, nor its answer
 * @param untracked queries forgotten because more than {@link DnsClient#PENDING_MOST} waited
 * @param lost messages that found the kernel's ring full, or that came while DNS was shed
 * @param names that addresses have now
 * @param namesEvicted that had to make room
 * @param latency from the first packet of a query to its answer, at the veth; null before the first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "queries",
    "answers",
    "unanswered",
    "unmatched",
    "unreadable",
    "untracked",
    "lost",
    "names",
    "namesEvicted",
    "latency"
})
public record DnsFigures(
        long queries,
        Map<String, Long> answers,
        long unanswered,
        long unmatched,
        long unreadable,
        long untracked,
        long lost,
        int names,
        long namesEvicted,
        Latency latency) {

    /** Nanoseconds, to two digits, but for the exact sum. */
    public record Latency(long count, long sum, long min, long p50, long p90, long p99, long max) {}
}
