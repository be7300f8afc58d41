package dev.weir.controller.api;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.metrics.EndpointMetrics;
import dev.weir.controller.api.metrics.Families;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowCompleteness;
import dev.weir.controller.shield.ShieldState;
import dev.weir.dataplane.table.TableUsage;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code GET /metrics}: Prometheus text, or OpenMetrics for a scraper that asks for it. */
final class ReadMetrics implements Handler {
    private static final double NANOS = 1e-9;

    private final ApiServices services;
    private final ExpositionFormats formats = ExpositionFormats.init();

    ReadMetrics(final ApiServices services) {
        this.services = services;
    }

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final Families families = new Families();
        agent(families);
        tables(families);
        flows(families);
        final Snapshot snapshot = services.desired().snapshot();
        services.containers().read().forEach(stats -> EndpointMetrics.add(families, stats));
        shields(families, snapshot);
        rules(families, snapshot);
        final ExpositionFormatWriter writer =
                request.accept().contains("application/openmetrics-text")
                        ? formats.getOpenMetricsTextFormatWriter()
                        : formats.getPrometheusTextFormatWriter();
        final ByteArrayOutputStream text = new ByteArrayOutputStream(64 << 10);
        try {
            writer.write(text, families.snapshots());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompletableFuture.completedFuture(
                new Response.Whole(200, writer.getContentType(), text.toByteArray(), List.of()));
    }

    private void agent(final Families families) {
        final AgentStatus status = services.status().read();
        final Snapshot snapshot = services.desired().snapshot();
        families.info(
                "weir_build",
                "What runs here.",
                Labels.of(
                        "version", status.version(),
                        "kernel", status.kernel(),
                        "node", status.node()));
        gauge(
                families,
                "weir_ready",
                "1 when the desired state is in the kernel.",
                services.readiness().waitingFor().isEmpty() ? 1 : 0);
        gauge(families, "weir_revision", "Revision in force.", snapshot.revision());
        gauge(families, "weir_endpoints", "Endpoints.", snapshot.endpoints().size());
        gauge(families, "weir_policies", "Policies.", snapshot.desired().policies().size());
        final ProcessUsage usage = ProcessUsage.read();
        counter(
                families,
                "weir_process_cpu_seconds",
                "CPU time of the agent.",
                usage.cpu().toNanos() * NANOS);
        gauge(
                families,
                "weir_process_resident_memory_bytes",
                "Resident memory of the agent.",
                usage.residentBytes());
        gauge(
                families,
                "weir_process_heap_bytes",
                "Java objects of the agent, garbage among them.",
                usage.heapBytes());
        gauge(families, "weir_process_threads", "Threads of the agent.", usage.threads());
        gauge(
                families,
                "weir_process_open_fds",
                "Open descriptors of the agent.",
                usage.openFiles());
        gauge(
                families,
                "weir_process_start_time_seconds",
                "When the agent began, since 1970.",
                status.started().getEpochSecond());
    }

    private void tables(final Families families) {
        for (final TableUsage table : services.status().read().tables()) {
            final Labels labels = Labels.of("table", table.name());
            if (table.entries() >= 0) {
                families.gauge(
                        "weir_table_entries", "Entries in the table.", labels, table.entries());
            }
            families.gauge(
                    "weir_table_capacity",
                    "Entries the table can hold; the ring buffer: bytes.",
                    labels,
                    table.capacity());
            families.gauge(
                    "weir_table_memory_bytes",
                    "Kernel memory of the table.",
                    labels,
                    table.bytes());
        }
    }

    private void flows(final Families families) {
        final FlowCompleteness flows = services.flows().completeness();
        gauge(families, "weir_flows_live", "Open flows in memory.", flows.live());
        gauge(families, "weir_flows_history", "Ended flows in memory.", flows.ended());
        gauge(families, "weir_flows_memory_bytes", "Memory of flows.", flows.memoryBytes());
        gauge(families, "weir_flow_subscribers", "Open streams of flows.", flows.subscribers());
        gauge(
                families,
                "weir_flow_sweep_seconds",
                "How long the last reading of the kernel's tables took.",
                flows.lastSweepNanos() * NANOS);
        counter(families, "weir_flow_sweeps", "Readings of the kernel's tables.", flows.sweeps());
        counter(
                families,
                "weir_flows_pushed_out",
                "Flows that left the history for want of memory.",
                flows.pushedOut());
        counter(
                families,
                "weir_flow_records_lost",
                "Records lost to slow subscribers.",
                flows.subscriberLost());
        counter(
                families,
                "weir_flow_overflow_packets",
                "Packets that are in no flow: the ring buffer was full.",
                flows.overflowPackets());
        counter(
                families,
                "weir_flow_overflow_bytes",
                "Bytes that are in no flow: the ring buffer was full.",
                flows.overflowBytes());
    }

    private void shields(final Families families, final Snapshot snapshot) {
        for (final ShieldState state : services.shield().states()) {
            final Endpoint endpoint = snapshot.endpointsByNumber().get(state.endpoint());
            if (endpoint != null) {
                families.gauge(
                        "weir_endpoint_shield",
                        "1 while the XDP program is attached.",
                        Labels.of(
                                "endpoint", endpoint.id(),
                                "namespace", endpoint.namespace(),
                                "pod", endpoint.pod(),
                                "container", endpoint.containerId()),
                        state.on() ? 1 : 0);
            }
        }
    }

    private void rules(final Families families, final Snapshot snapshot) {
        for (final RuleRef rule : snapshot.compiled().rules().values()) {
            final Labels labels =
                    Labels.of(
                            "kind", rule.kind(),
                            "namespace", rule.namespace(),
                            "policy", rule.name(),
                            "rule", rule.description(),
                            "number", Integer.toString(rule.rule()));
            families.counter(
                    "weir_rule_packets",
                    "Packets that the rule decided.",
                    labels,
                    services.rules().packets(rule.rule()));
            families.counter(
                    "weir_rule_bytes",
                    "Bytes that the rule decided.",
                    labels,
                    services.rules().bytes(rule.rule()));
        }
    }

    private static void gauge(
            final Families families, final String name, final String help, final double value) {
        families.gauge(name, help, Labels.EMPTY, value);
    }

    private static void counter(
            final Families families, final String name, final String help, final double value) {
        families.counter(name, help, Labels.EMPTY, value);
    }
}
