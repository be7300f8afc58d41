package dev.weir.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.cost.ProcessUsage;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.endpoint.Hook;
import dev.weir.controller.export.ExportState;
import dev.weir.controller.export.ExportStates;
import dev.weir.controller.flow.FlowCompleteness;
import dev.weir.controller.shield.ShieldState;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.feature.Support;
import dev.weir.dataplane.table.TableUsage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/status}: the agent, its kernel, its tables, what it lost, what it costs. */
record ReadStatus(ApiServices services) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final AgentStatus status = services.status().read();
        final Snapshot snapshot = services.desired().snapshot();
        final List<String> waiting = services.readiness().waitingFor();
        final ObjectNode body =
                Json.object()
                        .put("version", status.version())
                        .put("node", status.node())
                        .put("kernel", status.kernel())
                        .put("started", status.started().toString())
                        .put("ready", waiting.isEmpty());
        waiting.forEach(body.putArray("waitingFor")::add);
        body.put("revision", snapshot.revision())
                .put("resourceVersion", Long.toString(snapshot.resourceVersion()))
                .put("takenOver", status.takenOver());
        body.putObject("state")
                .put("directory", status.state().directory().toString())
                .put("journaled", status.state().journaled())
                .put("problem", status.state().problem());
        body.putObject("counts")
                .put("endpoints", snapshot.endpoints().size())
                .put("policies", snapshot.desired().policies().size())
                .put("namespaces", snapshot.namespaces().size())
                .put("identities", snapshot.compiled().identities().size())
                .put("rules", snapshot.compiled().rules().size());
        body.set("hooks", hooks(status, snapshot));
        body.set("features", features(status));
        body.set("tables", tables(status));
        body.set("programs", Json.tree(status.programs()));
        body.putObject("cni").set("conflists", Json.tree(status.conflists()));
        final FlowCompleteness flows = services.flows().completeness();
        body.putObject("lost")
                .put("overflowPackets", flows.overflowPackets())
                .put("overflowBytes", flows.overflowBytes())
                .put("pushedOutFlows", flows.pushedOut())
                .put("subscriberRecords", flows.subscriberLost())
                .put("exportReports", lostByExports(status.exports()))
                .put("processEvents", status.processes().figures().lost());
        body.set("exports", Json.tree(status.exports()));
        body.set("budget", Json.tree(status.budget()));
        body.set("flows", Json.tree(flows));
        body.set("processes", Json.tree(status.processes()));
        body.set("process", process());
        return CompletableFuture.completedFuture(Response.json(body));
    }

    private ObjectNode hooks(final AgentStatus status, final Snapshot snapshot) {
        final ObjectNode node =
                Json.object().put("attach", status.attach()).put("xdp", status.xdp());
        node.putObject("gracePeriods")
                .put("expedited", status.grace().expedited())
                .put("reason", status.grace().reason());
        final Map<String, Integer> modes = new TreeMap<>();
        final ArrayNode problems = Json.array();
        for (final Endpoint endpoint : snapshot.endpoints().values()) {
            for (final Hook hook : endpoint.hooks()) {
                modes.merge(hook.hook() + "/" + hook.mode(), 1, Integer::sum);
                if (!hook.problem().isEmpty()) {
                    problems.add(endpoint.id() + " " + hook.hook() + ": " + hook.problem());
                }
            }
        }
        for (final ShieldState shield : services.shield().states()) {
            if (shield.on()) {
                modes.merge("xdp/" + shield.attachedMode(), 1, Integer::sum);
            }
        }
        final ObjectNode attached = node.putObject("attached");
        modes.forEach(attached::put);
        node.set("problems", problems);
        node.set("redirect", Json.tree(services.redirect().state()));
        node.set("shields", Json.tree(services.shield().states()));
        return node;
    }

    private static ArrayNode features(final AgentStatus status) {
        final ArrayNode node = Json.array();
        Arrays.stream(Feature.values())
                .filter(feature -> status.features().support().containsKey(feature))
                .forEach(
                        feature -> {
                            final Support support = status.features().of(feature);
                            node.addObject()
                                    .put("name", feature.text())
                                    .put("available", support.available())
                                    .put("since", feature.since())
                                    .put("reason", support.reason());
                        });
        return node;
    }

    private static ArrayNode tables(final AgentStatus status) {
        final ArrayNode node = Json.array();
        for (final TableUsage table : status.tables()) {
            final ObjectNode one =
                    node.addObject()
                            .put("name", table.name())
                            .put("type", table.type())
                            .put("capacity", table.capacity());
            if (table.entries() >= 0) {
                one.put("entries", table.entries());
            }
            one.put("bytes", table.bytes());
        }
        return node;
    }

    private static ObjectNode process() {
        final ProcessUsage usage = ProcessUsage.read();
        return Json.object()
                .put("cpuSeconds", usage.cpu().toMillis() / 1_000.0)
                .put("residentBytes", usage.residentBytes())
                .put("heapBytes", usage.heapBytes())
                .put("threads", usage.threads())
                .put("openFiles", usage.openFiles());
    }

    /** What was lost at the exports joins what was lost before. */
    private static long lostByExports(final ExportStates exports) {
        long lost = exports.lostRecords();
        for (final ExportState sink : exports.sinks()) {
            lost += sink.lostQueue() + sink.lostRefused() + sink.lostShed();
        }
        return lost;
    }
}
