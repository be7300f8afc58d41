package dev.weir.controller.export;

import java.util.List;

/**
 * All exports, for status and metrics.
 *
 * @param trackedFlows open flows whose reports are told apart
 * @param untrackedFlows flows that were reported only once, at their end, for want of room
 * @param lostRecords records that came too fast for the feed
 * @param sinks one by one
 */
public record ExportStates(
        int trackedFlows, long untrackedFlows, long lostRecords, List<ExportState> sinks) {
    /** Nothing is exported. */
    public static final ExportStates NONE = new ExportStates(0, 0, 0, List.of());

    public ExportStates {
        sinks = List.copyOf(sinks);
    }
}
