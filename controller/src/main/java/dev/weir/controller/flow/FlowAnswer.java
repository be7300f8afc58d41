package dev.weir.controller.flow;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param items oldest first
 * @param matched how many flows matched, also those that {@code last} cut off
 * @param missing what may be missing in it; empty: it is complete
 */
public record FlowAnswer(
        List<FlowRecord> items,
        long matched,
        List<FlowLoss.Lost> missing,
        FlowCompleteness completeness) {}
