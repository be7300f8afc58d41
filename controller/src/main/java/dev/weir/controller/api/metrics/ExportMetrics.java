package dev.weir.controller.api.metrics;

import dev.weir.controller.export.ExportState;
import dev.weir.controller.export.ExportStates;
import dev.weir.controller.flow.FlowCompleteness;
import io.prometheus.metrics.model.snapshots.Labels;

/** How flows get out, and what is lost on the way, stage by stage. */
public final class ExportMetrics {
    private ExportMetrics() {}

    /** Each export. */
    public static void exports(final Families families, final ExportStates exports) {
        for (final ExportState sink : exports.sinks()) {
            final Labels labels = Labels.of("export", sink.name());
            families.counter(
                            "weir_export_reports", "Flow reports handed over.", labels, sink.sent())
                    .counter(
                            "weir_export_failures",
                            "Attempts to hand over that failed, and were made again.",
                            labels,
                            sink.failures())
                    .gauge(
                            "weir_export_up",
                            "1 while the last attempt worked.",
                            labels,
                            sink.state().equals("sending") ? 1 : 0)
                    .gauge("weir_export_queue", "Reports that wait.", labels, sink.queued())
                    .gauge(
                            "weir_export_queue_capacity",
                            "Reports that may wait.",
                            labels,
                            sink.capacity());
            final String stage = "export-" + sink.name();
            lost(families, stage, "queue-full", sink.lostQueue());
            lost(families, stage, "refused", sink.lostRefused());
            lost(families, stage, "shed", sink.lostShed());
        }
        if (!exports.sinks().isEmpty()) {
            lost(families, "export-feed", "too-slow", exports.lostRecords());
            families.gauge(
                    "weir_export_tracked_flows",
                    "Open flows whose reports are told apart.",
                    Labels.EMPTY,
                    exports.trackedFlows());
        }
    }

    /** What flows lost before. */
    public static void flows(final Families families, final FlowCompleteness flows) {
        lost(families, "history", "memory-full", flows.pushedOut());
        lost(families, "subscriber", "too-slow", flows.subscriberLost());
    }

    static void lost(
            final Families families, final String stage, final String reason, final long records) {
        families.counter(
                "weir_lost_events",
                "Flow records that were lost, by where and why.",
                Labels.of("stage", stage, "reason", reason),
                records);
    }
}
