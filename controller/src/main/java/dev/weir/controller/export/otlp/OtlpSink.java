package dev.weir.controller.export.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.FlowSink;
import dev.weir.controller.export.Missing;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** Sends reports as log records and, now and then, the agent's figures as metrics. */
public final class OtlpSink implements FlowSink {
    private static final String LOGS = "/v1/logs";
    private static final String METRICS = "/v1/metrics";

    private final OtlpSettings settings;
    private final Origin origin;
    private final Supplier<MetricSnapshots> figures;
    private final Clock clock;
    private OtlpClient client;
    private long metricsAt;
    private volatile Thread caller;

    public OtlpSink(
            final OtlpSettings settings,
            final Origin origin,
            final Supplier<MetricSnapshots> figures,
            final Clock clock) {
        this.settings = settings;
        this.origin = origin;
        this.figures = figures;
        this.clock = clock;
        this.metricsAt = clock.millis() - settings.interval().toMillis();
    }

    @Override
    public String name() {
        return "otlp";
    }

    @Override
    public String target() {
        return settings.endpoint().toString();
    }

    @Override
    public int send(final List<FlowReport> reports) throws IOException {
        final int all = reports.size();
        if (!settings.logs()) {
            reports.clear();
            return 0;
        }
        final byte[] answer =
                client().post(LOGS, FlowLogs.request(origin, reports, clock.instant()));
        reports.clear();
        return answer == null ? all : refused(answer);
    }

    /** What an answer of success says it left out. */
    private static int refused(final byte[] answer) {
        try {
            return Math.toIntExact(
                    ExportLogsServiceResponse.parseFrom(answer)
                            .getPartialSuccess()
                            .getRejectedLogRecords());
        } catch (final InvalidProtocolBufferException e) {
            return 0; // a receiver that answers 200 with something else took it
        }
    }

    @Override
    public void missing(final Missing missing) throws IOException {
        if (settings.logs()) {
            client().post(LOGS, FlowLogs.lost(origin, missing, clock.instant()));
        }
    }

    @Override
    public void tick() throws IOException {
        final long now = clock.millis();
        if (settings.metrics() && now - metricsAt >= settings.interval().toMillis()) {
            final byte[] answer =
                    client().post(
                                    METRICS,
                                    FigureMessages.request(origin, figures.get(), clock.instant()));
            metricsAt = now;
            if (answer == null) {
                throw new IOException(METRICS + ": refused for good (expected: an OTLP receiver)");
            }
        }
    }

    /** Made by the thread that uses it: a client is not small. */
    private OtlpClient client() {
        caller = Thread.currentThread();
        if (client == null) {
            client = new OtlpClient(settings);
        }
        return client;
    }

    @Override
    public void close() {
        final Thread waiting = caller;
        if (waiting != null) {
            waiting.interrupt();
        }
    }
}
