package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.endpoint.Hook;
import dev.weir.controller.flow.ContainerStatistics;
import dev.weir.controller.flow.ContainerStats;
import dev.weir.controller.redirect.Redirect;
import dev.weir.controller.shield.Shield;
import dev.weir.controller.shield.ShieldState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Endpoints as REST shows them. */
record EndpointView(ContainerStatistics containers, Shield shield, Redirect redirect) {
    /** What a container's statistics repeat of its endpoint. */
    private static final List<String> REPEATED =
            List.of("number", "endpoint", "containerId", "namespace", "pod");

    ObjectNode one(final Endpoint endpoint, final Snapshot snapshot) {
        final ObjectNode node = base(endpoint, snapshot);
        containers.read(endpoint.number()).ifPresent(stats -> node.set("stats", stats(stats)));
        return node;
    }

    ArrayNode all(final Snapshot snapshot) {
        final Map<Integer, ContainerStats> byNumber = new HashMap<>();
        containers.read().forEach(stats -> byNumber.put(stats.number(), stats));
        final ArrayNode items = Json.array();
        snapshot.endpoints().values().stream()
                .sorted(
                        Comparator.comparing(Endpoint::namespace)
                                .thenComparing(Endpoint::pod)
                                .thenComparing(Endpoint::id))
                .forEach(
                        endpoint -> {
                            final ObjectNode node = base(endpoint, snapshot);
                            final ContainerStats stats = byNumber.get(endpoint.number());
                            if (stats != null) {
                                node.set("stats", stats(stats));
                            }
                            items.add(node);
                        });
        return items;
    }

    private ObjectNode base(final Endpoint endpoint, final Snapshot snapshot) {
        final ObjectNode node =
                Json.object()
                        .put("id", endpoint.id())
                        .put("containerId", endpoint.containerId())
                        .put("namespace", endpoint.namespace())
                        .put("pod", endpoint.pod());
        final ObjectNode labels = node.putObject("labels");
        new TreeMap<>(endpoint.labels()).forEach(labels::put);
        node.put("identity", endpoint.identity());
        final ArrayNode ips = node.putArray("ips");
        endpoint.addresses().forEach(address -> ips.add(address.toString()));
        node.put("mac", endpoint.mac().toString())
                .put("interface", endpoint.interfaceName())
                .put("ifindex", endpoint.ifIndex())
                .put("ifname", endpoint.containerInterface())
                .put("netns", endpoint.netnsInode())
                .put("network", endpoint.network())
                .put("number", endpoint.number());
        node.set("ports", Json.tree(endpoint.ports()));
        final ArrayNode hooks = node.putArray("hooks");
        for (final Hook hook : endpoint.hooks()) {
            hooks.add(hook(hook));
        }
        shield.state(endpoint.number())
                .ifPresent(
                        state -> {
                            if (state.on()) {
                                hooks.add(hook(shieldHook(state)));
                            }
                            final ObjectNode xdp = (ObjectNode) Json.tree(state);
                            xdp.remove("endpoint");
                            node.set("shield", xdp);
                        });
        redirect.endpoint(endpoint.number())
                .ifPresent(state -> node.set("redirect", Json.tree(state)));
        final ObjectNode policy = node.putObject("policy");
        policy.put("number", endpoint.policy().policy()).put("revision", snapshot.revision());
        policy.putObject("ingress").put("isolated", endpoint.policy().isolatedIngress());
        policy.putObject("egress").put("isolated", endpoint.policy().isolatedEgress());
        return node.put("resourceVersion", Long.toString(endpoint.resourceVersion()));
    }

    /** The shield goes up and down without the applier, so its hook is not the endpoint's. */
    private static Hook shieldHook(final ShieldState state) {
        return new Hook("xdp", state.attachedMode(), 0, "");
    }

    private static ObjectNode hook(final Hook hook) {
        final ObjectNode node = Json.object().put("hook", hook.hook()).put("mode", hook.mode());
        if (hook.program() != 0) {
            node.put("program", hook.program());
        }
        if (!hook.problem().isEmpty()) {
            node.put("problem", hook.problem());
        }
        return node;
    }

    private static ObjectNode stats(final ContainerStats stats) {
        return ((ObjectNode) Json.tree(stats)).remove(REPEATED);
    }
}
