package dev.weir.controller.api.metrics;

import dev.weir.controller.flow.ProcessFigures;
import io.prometheus.metrics.model.snapshots.Labels;

/** How many flows have their process, and what was lost on the way to it. */
public final class ProcessMetrics {
    private ProcessMetrics() {}

    /** All of it. */
    public static void processes(
            final Families families, final boolean on, final ProcessFigures figures) {
        families.gauge(
                        "weir_connection_process_lookup",
                        "1 while flows get their processes.",
                        Labels.EMPTY,
                        on ? 1 : 0)
                .counter(
                        "weir_connection_process_events",
                        "What the kernel told of flows' processes.",
                        Labels.of("result", "joined"),
                        figures.joined())
                .counter(
                        "weir_connection_process_events",
                        "What the kernel told of flows' processes.",
                        Labels.of("result", "denied"),
                        figures.denied())
                .counter(
                        "weir_connection_process_events",
                        "What the kernel told of flows' processes.",
                        Labels.of("result", "unmatched"),
                        figures.unmatched());
        lost(families, "ring-full", figures.lostEvents());
        lost(families, "queue-full", figures.lostQueue() + figures.lostDenied());
    }

    private static void lost(final Families families, final String reason, final long events) {
        ExportMetrics.lost(families, "process", reason, events);
    }
}
