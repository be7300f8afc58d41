package dev.weir.controller.api;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** {@code GET /metrics}: Prometheus text, or OpenMetrics for a scraper that asks for it. */
final class ReadMetrics implements Handler {
    private final Supplier<MetricSnapshots> figures;
    private final ExpositionFormats formats = ExpositionFormats.init();

    ReadMetrics(final Supplier<MetricSnapshots> figures) {
        this.figures = figures;
    }

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final ExpositionFormatWriter writer =
                request.accept().contains("application/openmetrics-text")
                        ? formats.getOpenMetricsTextFormatWriter()
                        : formats.getPrometheusTextFormatWriter();
        final ByteArrayOutputStream text = new ByteArrayOutputStream(64 << 10);
        try {
            writer.write(text, figures.get());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompletableFuture.completedFuture(
                new Response.Whole(200, writer.getContentType(), text.toByteArray(), List.of()));
    }
}
