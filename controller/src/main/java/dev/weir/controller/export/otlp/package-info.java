/**
 * Flow reports and metrics as OTLP over HTTP, in protobuf. Start at {@code OtlpSink}. Depends on
 * {@code export}, the messages of opentelemetry-proto and the metrics model of io.prometheus.
 */
package dev.weir.controller.export.otlp;
