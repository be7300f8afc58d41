package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.discovery.FoundContainer;
import dev.weir.controller.discovery.Owner;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.dataplane.layout.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was found beside the endpoints, in the same words; what is not known is not there. */
final class FoundView {
    private FoundView() {}

    /** Says of each endpoint who lives there, and adds what is no endpoint. */
    static void complete(final ArrayNode items, final List<FoundContainer> found) {
        final Map<Integer, ObjectNode> managed = new HashMap<>();
        for (final JsonNode item : items) {
            managed.put(item.path("ifindex").asInt(), ((ObjectNode) item).put("managed", true));
        }
        for (final FoundContainer each : found) {
            ObjectNode node = managed.get(each.ifIndex());
            if (node == null) {
                node = unmanaged(each);
                items.add(node);
            }
            owner(node, each.owner());
        }
    }

    private static ObjectNode unmanaged(final FoundContainer found) {
        final ObjectNode node =
                Json.object()
                        .put("managed", false)
                        .put("interface", found.interfaceName())
                        .put("ifindex", found.ifIndex());
        put(node, "containerId", found.owner().containerId());
        found.veth().ifPresent(veth -> inside(node, veth));
        return node;
    }

    private static void inside(final ObjectNode node, final VethPair veth) {
        node.put("ifname", veth.containerInterface()).put("netns", veth.netnsInode());
        if (veth.mac() != null) {
            node.put("mac", veth.mac().toString());
        }
        final ArrayNode ips = node.putArray("ips");
        veth.addresses().stream().map(IpAddress::toString).forEach(ips::add);
    }

    private static void owner(final ObjectNode node, final Owner owner) {
        node.put("processes", owner.processes());
        final ArrayNode pids = node.putArray("pids");
        owner.pids().forEach(pids::add);
        put(node, "command", owner.command());
        put(node, "cgroup", owner.cgroup());
        put(node, "runtime", owner.runtime());
    }

    private static void put(final ObjectNode node, final String name, final String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }
}
