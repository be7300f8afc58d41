package dev.weir.controller.api;

import dev.weir.controller.api.metrics.CostMetrics;
import dev.weir.controller.api.metrics.ExportMetrics;
import dev.weir.controller.api.metrics.Families;
import dev.weir.controller.api.metrics.ProcessMetrics;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowCompleteness;
import dev.weir.controller.redirect.RedirectState;
import dev.weir.controller.shield.ShieldState;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.Supplier;

/** The agent's figures, gathered when they are asked for: by a scraper, or by an export. */
final class AgentMetrics implements Supplier<MetricSnapshots> {
    private static final double NANOS = 1e-9;

    private final ApiServices services;

    AgentMetrics(final ApiServices services) {
        this.services = services;
    }

    @Override
    public MetricSnapshots get() {
        final Families families = new Families();
        final AgentStatus status = services.status().read();
        final Snapshot snapshot = services.desired().snapshot();
        agent(families, status, snapshot);
        CostMetrics.process(families, status.started());
        CostMetrics.tables(families, status.tables());
        CostMetrics.programs(families, status.programs());
        CostMetrics.budget(families, status.budget());
        flows(families);
        verdicts(families);
        ExportMetrics.exports(families, status.exports());
        ProcessMetrics.processes(
                families, status.processes().state().equals("on"), status.processes().figures());
        services.traffic()
                .show(
                        families,
                        services.containers().read(),
                        snapshot.endpoints().values(),
                        snapshot.compiled().rules().values());
        shields(families, snapshot);
        final RedirectState redirect = services.redirect().state();
        gauge(
                families,
                "weir_redirected_endpoints",
                "Endpoints whose frames to each other go past their bridge.",
                redirect.on() ? redirect.endpoints() : 0);
        return families.snapshots();
    }

    private void agent(final Families families, final AgentStatus status, final Snapshot snapshot) {
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
        gauge(
                families,
                "weir_state_journaled_objects",
                "Objects in the journal and not in their files; for long where the disk refuses.",
                status.state().journaled());
    }

    private void verdicts(final Families families) {
        counter(
                families,
                "weir_verdict_disagreements",
                "Answers to POST /v1/verdict of which the kernel said something else.",
                services.kernel().disagreements());
    }

    private void flows(final Families families) {
        final FlowCompleteness flows = services.flows().completeness();
        ExportMetrics.flows(families, flows);
        gauge(families, "weir_flows_live", "Open flows in memory.", flows.live());
        gauge(families, "weir_flows_history", "Ended flows in memory.", flows.ended());
        gauge(families, "weir_flows_memory_bytes", "Memory of flows.", flows.memoryBytes());
        gauge(families, "weir_flow_subscribers", "Open streams of flows.", flows.subscribers());
        gauge(
                families,
                "weir_flow_sweep_seconds",
                "How long the last reading of the kernel's tables took.",
                flows.lastSweepNanos() * NANOS);
        counter(
                families,
                "weir_watches_cut",
                "Watches of policies and namespaces that read too slowly or began too late.",
                services.desired().changes().cut());
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

    private static void gauge(
            final Families families, final String name, final String help, final double value) {
        families.gauge(name, help, Labels.EMPTY, value);
    }

    private static void counter(
            final Families families, final String name, final String help, final double value) {
        families.counter(name, help, Labels.EMPTY, value);
    }
}
