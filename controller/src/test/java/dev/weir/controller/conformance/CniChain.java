package dev.weir.controller.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The reference plugin {@code bridge} and then {@code weir-cni}, executed as libcni does. */
final class CniChain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLUGINS = Path.of("/usr/lib/cni");
    private static final String VERSION = "1.0.0";

    private final Netns node;
    private final Path socket;
    private final Path weir;

    CniChain(final Netns node, final Path socket) throws IOException, InterruptedException {
        this.node = node;
        this.socket = socket;
        final Path module = Tool.root().resolve("cni");
        Shell.run("", "make", "--no-print-directory", "-s", "-C", module.toString());
        this.weir = module.resolve("target/weir-cni");
    }

    /** ADD of both plugins; the pod is enforced when it returns. */
    void add(final Pod pod) throws IOException, InterruptedException {
        addWeir(pod, addBridge(pod));
    }

    /** Interface and addresses only: the result of {@code bridge}. */
    JsonNode addBridge(final Pod pod) throws IOException, InterruptedException {
        return JSON.readTree(execute("ADD", PLUGINS.resolve("bridge"), bridge(pod), pod));
    }

    /** The second half of ADD. */
    void addWeir(final Pod pod, final JsonNode previous) throws IOException, InterruptedException {
        execute("ADD", weir, weir(pod).set("prevResult", previous), pod);
    }

    /** DEL of both, last first. */
    void delete(final Pod pod) throws IOException, InterruptedException {
        deleteWeir(pod);
        execute("DEL", PLUGINS.resolve("bridge"), bridge(pod), pod);
    }

    /** The first half of DEL. */
    void deleteWeir(final Pod pod) throws IOException, InterruptedException {
        execute("DEL", weir, weir(pod), pod);
    }

    private String execute(
            final String verb, final Path plugin, final JsonNode config, final Pod pod)
            throws IOException, InterruptedException {
        final List<String> command =
                new ArrayList<>(List.of("nsenter", "--net=" + node.path(), "env", "-i"));
        command.add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
        command.add("CNI_COMMAND=" + verb);
        command.add("CNI_CONTAINERID=" + pod.containerId());
        command.add("CNI_NETNS=" + pod.netns().path());
        command.add("CNI_IFNAME=eth0");
        command.add("CNI_PATH=" + PLUGINS);
        command.add(
                "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s"
                        .formatted(pod.namespace(), pod.simpleName()));
        command.add(plugin.toString());
        return Shell.run(config.toString(), command.toArray(String[]::new));
    }

    private static ObjectNode head(final String type) {
        return JSON.createObjectNode()
                .put("cniVersion", VERSION)
                .put("name", "conformance")
                .put("type", type);
    }

    private static ObjectNode bridge(final Pod pod) {
        final ObjectNode config = head("bridge").put("bridge", "cni0").put("isGateway", true);
        final ObjectNode ipam = config.putObject("ipam").put("type", "static");
        final ArrayNode addresses = ipam.putArray("addresses");
        addresses
                .addObject()
                .put("address", pod.address(false) + "/16")
                .put("gateway", Pod.GATEWAY_V4);
        addresses
                .addObject()
                .put("address", pod.address(true) + "/64")
                .put("gateway", Pod.GATEWAY_V6);
        final ArrayNode routes = ipam.putArray("routes");
        routes.addObject().put("dst", "0.0.0.0/0");
        routes.addObject().put("dst", "::/0");
        return config;
    }

    private ObjectNode weir(final Pod pod) {
        final ObjectNode config = head("weir-cni").put("socket", socket.toString());
        final ObjectNode args = config.putObject("args").putObject("cni");
        final ArrayNode labels = args.putArray("labels");
        pod.labels()
                .forEach((key, value) -> labels.addObject().put("key", key).put("value", value));
        args.set("ports", JSON.valueToTree(pod.ports()));
        return config;
    }
}
