package dev.weir.controller.export;

/**
 * One export, for status and metrics.
 *
 * @param name such as {@code ipfix}
 * @param target where to
 * @param state {@code sending}, {@code retrying}, or {@code shed} while the budget is exceeded
 * @param sent reports handed over
 * @param lostQueue reports that came while the queue was full
 * @param lostRefused reports that the receiver refused for good
 * @param lostShed reports that came while it was shed
 * @param lostEnd reports that were still waiting when the agent ended
 * @param queued reports that wait now
 * @param capacity reports that may wait
 * @param failures attempts that failed
 * @param problem of the last attempt; empty if it worked
 */
public record ExportState(
        String name,
        String target,
        String state,
        long sent,
        long lostQueue,
        long lostRefused,
        long lostShed,
        long lostEnd,
        int queued,
        int capacity,
        long failures,
        String problem) {}
