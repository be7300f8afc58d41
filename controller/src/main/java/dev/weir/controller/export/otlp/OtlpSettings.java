package dev.weir.controller.export.otlp;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where to and what.
 *
 * @param endpoint base address; {@code /v1/logs} and {@code /v1/metrics} are put behind it
 * @param logs flow reports are sent, as log records
 * @param metrics the figures of {@code /metrics} are sent
 * @param interval between two sendings of metrics
 * @param timeout of a request
 * @param gzip bodies are compressed
 * @param headers file with more headers, a line each ({@code name: value}), read for each request
 */
public record OtlpSettings(
        URI endpoint,
        boolean logs,
        boolean metrics,
        Duration interval,
        Duration timeout,
        boolean gzip,
        Optional<Path> headers) {}
