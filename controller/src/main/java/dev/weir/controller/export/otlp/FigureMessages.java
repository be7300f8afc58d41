package dev.weir.controller.export.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.time.Instant;
import java.util.List;

/**
 * The figures of {@code /metrics}, under the same names without {@code _total}, as OTLP has them.
 */
final class FigureMessages {
    private FigureMessages() {}

    static ExportMetricsServiceRequest request(
            final Origin origin, final MetricSnapshots figures, final Instant now) {
        final long start = Attributes.nanos(origin.started());
        final long time = Attributes.nanos(now);
        final ScopeMetrics.Builder scope =
                ScopeMetrics.newBuilder().setScope(FlowLogs.scope(origin));
        figures.forEach(figure -> scope.addMetrics(metric(figure, start, time)));
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder()
                                .setResource(Attributes.resource(origin))
                                .addScopeMetrics(scope))
                .build();
    }

    private static Metric metric(final MetricSnapshot figure, final long start, final long time) {
        final Metric.Builder metric =
                Metric.newBuilder()
                        .setName(figure.getMetadata().getName())
                        .setDescription(figure.getMetadata().getHelp())
                        .setUnit(unit(figure.getMetadata().getName()));
        if (figure instanceof CounterSnapshot counter) {
            final Sum.Builder sum =
                    Sum.newBuilder()
                            .setIsMonotonic(true)
                            .setAggregationTemporality(
                                    AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            for (final CounterDataPointSnapshot point : counter.getDataPoints()) {
                sum.addDataPoints(
                        point(point.getLabels(), point.getValue(), time)
                                .setStartTimeUnixNano(start));
            }
            metric.setSum(sum);
        } else if (figure instanceof GaugeSnapshot gauge) {
            final Gauge.Builder values = Gauge.newBuilder();
            for (final GaugeDataPointSnapshot point : gauge.getDataPoints()) {
                values.addDataPoints(point(point.getLabels(), point.getValue(), time));
            }
            metric.setGauge(values);
        } else if (figure instanceof InfoSnapshot info) {
            final Gauge.Builder values = Gauge.newBuilder();
            for (final InfoDataPointSnapshot point : info.getDataPoints()) {
                values.addDataPoints(point(point.getLabels(), 1, time));
            }
            metric.setName(figure.getMetadata().getName() + "_info").setGauge(values);
        } else if (figure instanceof SummarySnapshot summary) {
            metric.setSummary(summary(summary, start, time));
        }
        return metric.build();
    }

    private static NumberDataPoint.Builder point(
            final Labels labels, final double value, final long time) {
        return NumberDataPoint.newBuilder()
                .addAllAttributes(attributes(labels))
                .setTimeUnixNano(time)
                .setAsDouble(value);
    }

    private static Summary summary(
            final SummarySnapshot summary, final long start, final long time) {
        final Summary.Builder values = Summary.newBuilder();
        for (final SummaryDataPointSnapshot point : summary.getDataPoints()) {
            final SummaryDataPoint.Builder one =
                    SummaryDataPoint.newBuilder()
                            .addAllAttributes(attributes(point.getLabels()))
                            .setStartTimeUnixNano(start)
                            .setTimeUnixNano(time)
                            .setCount(point.getCount());
            for (final Quantile quantile : point.getQuantiles()) {
                one.addQuantileValues(
                        SummaryDataPoint.ValueAtQuantile.newBuilder()
                                .setQuantile(quantile.getQuantile())
                                .setValue(quantile.getValue()));
            }
            values.addDataPoints(one);
        }
        return values.build();
    }

    private static List<KeyValue> attributes(final Labels labels) {
        final Attributes attributes = new Attributes();
        labels.forEach(label -> attributes.put(label.getName(), label.getValue()));
        return attributes.values();
    }

    /** UCUM, from what the name ends in. */
    private static String unit(final String name) {
        if (name.endsWith("_bytes")) {
            return "By";
        }
        return name.endsWith("_seconds") ? "s" : "1";
    }
}
