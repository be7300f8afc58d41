package dev.weir.controller.api.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/** One scrape's metric families, in the order they are first named. Names come without _total. */
public final class Families {
    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, SummarySnapshot.Builder> summaries = new LinkedHashMap<>();
    private final Map<String, InfoSnapshot.Builder> infos = new LinkedHashMap<>();

    /** A figure that only grows; {@code _total} is put behind the name. */
    public Families counter(
            final String name, final String help, final Labels labels, final double value) {
        counters.computeIfAbsent(name, key -> CounterSnapshot.builder().name(key).help(help))
                .dataPoint(CounterDataPointSnapshot.builder().labels(labels).value(value).build());
        return this;
    }

    /** A figure that goes up and down. */
    public Families gauge(
            final String name, final String help, final Labels labels, final double value) {
        gauges.computeIfAbsent(name, key -> GaugeSnapshot.builder().name(key).help(help))
                .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build());
        return this;
    }

    /** Quantiles of what was measured; {@code count} of it. */
    public Families summary(
            final String name,
            final String help,
            final Labels labels,
            final long count,
            final Map<Double, Double> quantiles) {
        final Quantiles.Builder values = Quantiles.builder();
        quantiles.forEach((quantile, value) -> values.quantile(new Quantile(quantile, value)));
        summaries
                .computeIfAbsent(name, key -> SummarySnapshot.builder().name(key).help(help))
                .dataPoint(
                        SummaryDataPointSnapshot.builder()
                                .labels(labels)
                                .count(count)
                                .quantiles(values.build())
                                .build());
        return this;
    }

    /** A constant 1 whose labels say it; {@code _info} is put behind the name. */
    public Families info(final String name, final String help, final Labels labels) {
        infos.computeIfAbsent(name, key -> InfoSnapshot.builder().name(key).help(help))
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build());
        return this;
    }

    /** All of them. */
    public MetricSnapshots snapshots() {
        final MetricSnapshots.Builder all = MetricSnapshots.builder();
        infos.values().forEach(family -> all.metricSnapshot(family.build()));
        gauges.values().forEach(family -> all.metricSnapshot(family.build()));
        counters.values().forEach(family -> all.metricSnapshot(family.build()));
        summaries.values().forEach(family -> all.metricSnapshot(family.build()));
        return all.build();
    }
}
