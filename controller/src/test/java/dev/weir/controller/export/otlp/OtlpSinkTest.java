package dev.weir.controller.export.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.Flows;
import dev.weir.controller.export.Missing;
import dev.weir.controller.flow.FlowRecord.Event;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpSinkTest {
    private static final MetricSnapshots FIGURES =
            new MetricSnapshots(
                    CounterSnapshot.builder()
                            .name("weir_flow_bytes")
                            .help("Bytes.")
                            .dataPoint(
                                    CounterDataPointSnapshot.builder()
                                            .labels(Labels.of("workload", "web"))
                                            .value(1_234)
                                            .build())
                            .build(),
                    GaugeSnapshot.builder()
                            .name("weir_ready")
                            .help("Ready.")
                            .dataPoint(GaugeDataPointSnapshot.builder().value(1).build())
                            .build());

    @TempDir private Path folder;
    private OtlpReceiver receiver;
    private OtlpSink sink;

    @BeforeEach
    void start() throws IOException {
        receiver = new OtlpReceiver(0);
        final Path headers = folder.resolve("headers");
        Files.writeString(headers, "# secret\nauthorization: Bearer t0ken\n");
        sink =
                new OtlpSink(
                        new OtlpSettings(
                                receiver.endpoint(),
                                true,
                                true,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(10),
                                true,
                                Optional.of(headers)),
                        new Origin("n1", "0.1.0", Flows.START),
                        () -> FIGURES,
                        Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        sink.close();
        receiver.close();
    }

    private static List<FlowReport> reports(final int count) {
        final List<FlowReport> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Flows.report(Flows.tcp(1_000 + i, Event.ENDED, 10)));
        }
        return all;
    }

    private static Map<String, String> attributes(final List<KeyValue> values) {
        return values.stream()
                .collect(
                        Collectors.toMap(
                                KeyValue::getKey,
                                each ->
                                        each.getValue().hasStringValue()
                                                ? each.getValue().getStringValue()
                                                : Long.toString(each.getValue().getIntValue())));
    }

    @Test
    void shouldSendAReportAsALogRecord() throws IOException {
        final List<FlowReport> reports = reports(1);
        reports.add(Flows.report(Flows.denied(5, Event.ENDED, 3)));
        assertThat(sink.send(reports)).isZero();

        assertThat(reports).isEmpty();
        assertThat(receiver.authorizations).containsExactly("Bearer t0ken");
        final Map<String, String> resource =
                attributes(
                        receiver.logs.get(0).getResourceLogs(0).getResource().getAttributesList());
        assertThat(resource).containsEntry("service.name", "weir").containsEntry("host.name", "n1");
        final LogRecord log = receiver.records().get(0);
        assertThat(log.getEventName()).isEqualTo("weir.flow");
        assertThat(log.getBody().getStringValue())
                .isEqualTo("default/client:1000 -> default/web:80 TCP allowed (policy)");
        assertThat(log.getTimeUnixNano())
                .isEqualTo(Flows.START.plusSeconds(10).toEpochMilli() * 1_000_000);
        assertThat(attributes(log.getAttributesList()))
                .containsEntry("source.address", "10.0.0.1")
                .containsEntry("destination.port", "80")
                .containsEntry("network.transport", "tcp")
                .containsEntry("source.k8s.pod.name", "client")
                .containsEntry("flow.bytes.delta", "1000")
                .containsEntry("flow.reverse.bytes.total", "5000")
                .containsEntry("flow.end_reason", "end-of-flow")
                .containsEntry("weir.policy.name", "web-allow")
                .containsKey("flow.community_id");
        final LogRecord denied = receiver.records().get(1);
        assertThat(denied.getSeverityNumber()).isEqualTo(SeverityNumber.SEVERITY_NUMBER_WARN);
        assertThat(attributes(denied.getAttributesList()))
                .containsEntry("weir.reason", "no-rule")
                .doesNotContainKey("flow.tcp.flags");
    }

    @Test
    void shouldSendTheFiguresOncePerInterval() throws IOException {
        sink.tick();
        sink.tick();

        assertThat(receiver.metrics).hasSize(1);
        final Metric bytes = receiver.figures().get(0);
        assertThat(bytes.getName()).isEqualTo("weir_flow_bytes");
        assertThat(bytes.getUnit()).isEqualTo("By");
        assertThat(bytes.getSum().getIsMonotonic()).isTrue();
        assertThat(bytes.getSum().getAggregationTemporality())
                .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        assertThat(bytes.getSum().getDataPoints(0).getAsDouble()).isEqualTo(1_234);
        assertThat(attributes(bytes.getSum().getDataPoints(0).getAttributesList()))
                .containsEntry("workload", "web");
        assertThat(receiver.figures().get(1).getGauge().getDataPoints(0).getAsDouble())
                .isEqualTo(1);
    }

    @Test
    void shouldKeepReportsWhileTheReceiverSaysLaterOrIsGone() throws IOException {
        final List<FlowReport> reports = reports(3);
        receiver.answer = 503;
        assertThatThrownBy(() -> sink.send(reports)).hasMessageContaining("503");
        assertThat(reports).hasSize(3);

        final int port = receiver.port();
        receiver.close();
        assertThatThrownBy(() -> sink.send(reports)).isInstanceOf(IOException.class);
        assertThat(reports).hasSize(3);

        receiver = new OtlpReceiver(port);
        assertThat(sink.send(reports)).isZero();
        assertThat(receiver.records()).hasSize(3);
    }

    @Test
    void shouldCountWhatTheReceiverRefuses() throws IOException {
        receiver.answer = 400;
        assertThat(sink.send(reports(4))).isEqualTo(4);
        receiver.answer = 200;
        receiver.rejected = 2;
        assertThat(sink.send(reports(4))).isEqualTo(2);
    }

    @Test
    void shouldTellALoss() throws IOException {
        sink.missing(new Missing(7, 8, 9));

        assertThat(attributes(receiver.records().get(0).getAttributesList()))
                .containsEntry("weir.flow.lost.records", "7")
                .containsEntry("weir.flow.lost.bytes", "9");
    }
}
