package dev.weir.controller.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.NamedPort;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * An endpoint as desired state has it: what was asked and which interface it is; without what
 * follows from policy.
 *
 * @param id unique on this node
 * @param number index into {@code weir_endpoints}
 * @param containerId the runtime's id
 * @param network CNI network's name; empty when attached over REST
 * @param namespace Kubernetes namespace
 * @param pod pod name, or the container id
 * @param labels merged of all layers
 * @param ports named ports
 * @param veth its interface
 * @param measured what its number's counters stood at when it was attached; opaque
 * @param resourceVersion of its last change
 */
public record Attached(
        String id,
        int number,
        String containerId,
        String network,
        String namespace,
        String pod,
        Map<String, String> labels,
        List<NamedPort> ports,
        VethPair veth,
        JsonNode measured,
        long resourceVersion) {
    public Attached {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    /** Asks which interface it has now, and nothing else. */
    public AttachRequest lookup() {
        return new AttachRequest(
                Optional.of(veth.netns()),
                OptionalInt.empty(),
                containerId,
                veth.containerInterface(),
                network,
                namespace,
                pod,
                Map.of(),
                List.of(),
                List.of(),
                false);
    }

    /** The same with other labels and ports. */
    public Attached with(
            final Map<String, String> newLabels,
            final List<NamedPort> newPorts,
            final long newVersion) {
        return new Attached(
                id,
                number,
                containerId,
                network,
                namespace,
                pod,
                newLabels,
                newPorts,
                veth,
                measured,
                newVersion);
    }

    /** The same on another interface, or on the same one with other addresses. */
    public Attached on(final VethPair newVeth) {
        return new Attached(
                id,
                number,
                containerId,
                network,
                namespace,
                pod,
                labels,
                ports,
                newVeth,
                measured,
                resourceVersion);
    }

    /** What the compiler must know. */
    public EndpointSpec spec(final List<IpAddress> addresses) {
        return new EndpointSpec(number, namespace, pod, labels, ports, addresses);
    }

    /** As it is stored. */
    public JsonNode json() {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id).put("number", number).put("containerId", containerId);
        json.put("network", network).put("namespace", namespace).put("pod", pod);
        final ObjectNode labelsJson = json.putObject("labels");
        new TreeMap<>(labels).forEach(labelsJson::put);
        final ArrayNode portsJson = json.putArray("ports");
        ports.forEach(
                port ->
                        portsJson
                                .addObject()
                                .put("name", port.name())
                                .put("port", port.port())
                                .put("protocol", port.protocol()));
        final ObjectNode vethJson = json.putObject("veth");
        vethJson.put("containerInterface", veth.containerInterface());
        vethJson.put("mac", veth.mac().toString());
        final ArrayNode addresses = vethJson.putArray("addresses");
        veth.addresses().forEach(address -> addresses.add(address.toString()));
        vethJson.put("interfaceName", veth.interfaceName()).put("ifIndex", veth.ifIndex());
        vethJson.put("hostMac", veth.hostMac().toString()).put("netns", veth.netns());
        vethJson.put("netnsInode", veth.netnsInode()).put("netnsCookie", veth.netnsCookie());
        json.set("measured", measured);
        return json;
    }

    /**
     * The reverse of {@link #json()}.
     *
     * @throws IllegalArgumentException if a field is missing or wrong
     */
    public static Attached of(final JsonNode json, final long resourceVersion) {
        final Map<String, String> labels = new TreeMap<>();
        json.required("labels")
                .properties()
                .forEach(e -> labels.put(e.getKey(), text(e.getValue())));
        final List<NamedPort> ports = new ArrayList<>();
        json.required("ports")
                .forEach(
                        port ->
                                ports.add(
                                        new NamedPort(
                                                text(port.required("name")),
                                                port.required("port").asInt(),
                                                text(port.required("protocol")))));
        final JsonNode veth = json.required("veth");
        final List<IpAddress> addresses = new ArrayList<>();
        veth.required("addresses").forEach(each -> addresses.add(IpAddress.parse(text(each))));
        return new Attached(
                text(json.required("id")),
                json.required("number").asInt(),
                text(json.required("containerId")),
                text(json.required("network")),
                text(json.required("namespace")),
                text(json.required("pod")),
                labels,
                ports,
                new VethPair(
                        text(veth.required("containerInterface")),
                        MacAddress.parse(text(veth.required("mac"))),
                        addresses,
                        text(veth.required("interfaceName")),
                        veth.required("ifIndex").asInt(),
                        MacAddress.parse(text(veth.required("hostMac"))),
                        text(veth.required("netns")),
                        veth.required("netnsInode").asLong(),
                        veth.required("netnsCookie").asLong()),
                json.required("measured"),
                resourceVersion);
    }

    private static String text(final JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException(node + " (expected: text)");
        }
        return node.asText();
    }
}
