package dev.weir.controller.flow;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param items oldest first
 * @param matched how many flows matched, also those that {@code last} cut off
 */
public record FlowAnswer(List<FlowRecord> items, long matched, FlowCompleteness completeness) {}
