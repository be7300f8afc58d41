package dev.weir.controller.export.otlp;

import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * An OTLP/HTTP receiver by the specification, from its generated messages: checks what a collector
 * checks (path, content type, encoding, that the body parses whole) and keeps it.
 */
final class OtlpReceiver implements AutoCloseable {
    final List<ExportLogsServiceRequest> logs = new CopyOnWriteArrayList<>();
    final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /** What the next requests are answered with; 200 takes them. */
    volatile int answer = 200;

    /** How many log records of a request it says it refused. */
    volatile int rejected;

    OtlpReceiver(final int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/otlp/v1/logs", exchange -> handle(exchange, true));
        server.createContext("/otlp/v1/metrics", exchange -> handle(exchange, false));
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/otlp");
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<LogRecord> records() {
        return logs.stream()
                .flatMap(each -> each.getResourceLogsList().stream())
                .flatMap(each -> each.getScopeLogsList().stream())
                .flatMap(each -> each.getLogRecordsList().stream())
                .toList();
    }

    List<Metric> figures() {
        return metrics.stream()
                .flatMap(each -> each.getResourceMetricsList().stream())
                .flatMap(each -> each.getScopeMetricsList().stream())
                .flatMap(each -> each.getMetricsList().stream())
                .toList();
    }

    private void handle(final HttpExchange exchange, final boolean isLogs) throws IOException {
        try (exchange) {
            if (!"application/x-protobuf"
                            .equals(exchange.getRequestHeaders().getFirst("Content-Type"))
                    || !"POST".equals(exchange.getRequestMethod())) {
                exchange.sendResponseHeaders(415, -1);
                return;
            }
            final byte[] body = body(exchange);
            if (answer != 200) {
                exchange.sendResponseHeaders(answer, -1);
                return;
            }
            authorizations.add(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            final MessageLite response;
            if (isLogs) {
                logs.add(ExportLogsServiceRequest.parseFrom(body));
                response =
                        ExportLogsServiceResponse.newBuilder()
                                .setPartialSuccess(
                                        ExportLogsPartialSuccess.newBuilder()
                                                .setRejectedLogRecords(rejected))
                                .build();
            } else {
                metrics.add(ExportMetricsServiceRequest.parseFrom(body));
                response = ExportMetricsServiceResponse.getDefaultInstance();
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            final byte[] bytes = response.toByteArray();
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static byte[] body(final HttpExchange exchange) throws IOException {
        final boolean gzip =
                "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream in =
                gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            return in.readAllBytes();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
