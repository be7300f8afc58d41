package dev.weir.controller.app;

import dev.weir.controller.Version;
import dev.weir.controller.export.ExportStates;
import dev.weir.controller.export.FlowExport;
import dev.weir.controller.export.FlowSink;
import dev.weir.controller.export.ipfix.IpfixSink;
import dev.weir.controller.export.jsonl.JsonLinesSink;
import dev.weir.controller.export.otlp.Origin;
import dev.weir.controller.export.otlp.OtlpSink;
import dev.weir.controller.flow.FlowHistory;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The exports that the settings name; none of their classes is loaded where they name none. */
final class Exports implements AutoCloseable {
    private final AgentSettings settings;
    private volatile FlowExport running;

    Exports(final AgentSettings settings) {
        this.settings = settings;
    }

    void start(
            final FlowHistory flows,
            final Instant started,
            final Supplier<MetricSnapshots> figures) {
        final Clock clock = Clock.systemUTC();
        final List<FlowSink> sinks = new ArrayList<>();
        settings.exports().jsonl().ifPresent(each -> sinks.add(new JsonLinesSink(each, clock)));
        settings.exports().ipfix().ifPresent(each -> sinks.add(new IpfixSink(each, clock)));
        settings.exports()
                .otlp()
                .ifPresent(
                        each ->
                                sinks.add(
                                        new OtlpSink(
                                                each,
                                                new Origin(
                                                        settings.nodeName(), Version.TEXT, started),
                                                figures,
                                                clock)));
        if (!sinks.isEmpty()) {
            running = FlowExport.start(flows, settings.exports().shared(), sinks);
        }
    }

    /** Names of the sinks, the one to be shed first in front. */
    List<String> names() {
        final List<String> names = new ArrayList<>();
        states().sinks().forEach(sink -> names.add(sink.name()));
        return names;
    }

    ExportStates states() {
        final FlowExport some = running;
        return some == null ? ExportStates.NONE : some.states();
    }

    void shed(final String sink, final boolean off) {
        final FlowExport some = running;
        if (some != null) {
            some.shed(sink, off);
        }
    }

    @Override
    public void close() {
        final FlowExport some = running;
        if (some != null) {
            some.close();
        }
    }
}
