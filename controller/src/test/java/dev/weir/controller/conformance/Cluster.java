package dev.weir.controller.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.app.AgentProcess;
import dev.weir.controller.app.AgentProcess.Answer;
import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node with a real agent and pods that were attached by the real CNI chain. Everything is written
 * over REST, and what was written is remembered for the oracle.
 */
final class Cluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TABLES =
            List.of(
                    "--tables-flows-per-cpu=16384", // each detach reads all of the cache
                    "--tables-conntrack=65536",
                    "--tables-policy=65536",
                    "--tables-peers=4096",
                    "--tables-cidrs=4096",
                    "--tables-endpoints=256",
                    "--tables-rules=4096");
    private static final Map<String, Integer> HOSTS =
            Map.of("a", 5, "b", 20, "c", 21, "d", 22, "0", 5, "1", 20);

    private final Layout layout;
    private final Path folder;
    private final Netns node;
    private final AgentProcess agent;
    private final CniChain chain;
    private final Reach reach;
    private final SortedMap<String, Pod> pods = new TreeMap<>();
    private final SortedMap<String, Map<String, String>> namespaces = new TreeMap<>();
    private final SortedMap<String, ObjectNode> policies = new TreeMap<>();

    Cluster(final Layout layout, final Path folder, final Path pinRoot) throws Exception {
        this.layout = layout;
        this.folder = folder;
        node = Netns.create();
        agent = new AgentProcess(node, folder, pinRoot, TABLES);
        chain = new CniChain(node, agent.socket());
        reach = new Reach(folder);
    }

    /** Starts the agent and makes the pods; needs {@link #close} also when it fails. */
    void start() throws Exception {
        agent.start();
        for (final String namespace : layout.namespaces()) {
            labelNamespace(namespace, layout.namespaceLabels(namespace));
            for (final String pod : layout.pods()) {
                addPod(namespace + "/" + pod, layout.podLabels(namespace, pod));
            }
        }
    }

    /** Where its files are. */
    Path folder() {
        return folder;
    }

    Layout layout() {
        return layout;
    }

    Netns node() {
        return node;
    }

    AgentProcess agent() {
        return agent;
    }

    CniChain chain() {
        return chain;
    }

    Reach reach() {
        return reach;
    }

    /** By {@code namespace/pod}. */
    SortedMap<String, Pod> pods() {
        return pods;
    }

    SortedMap<String, Map<String, String>> namespaces() {
        return namespaces;
    }

    /** By {@code kind/namespace/name}, as they were written. */
    SortedMap<String, ObjectNode> policies() {
        return policies;
    }

    /** Makes a pod, by CNI. */
    void addPod(final String name, final Map<String, String> labels) throws Exception {
        final Pod pod = newPod(name, labels);
        pods.put(name, pod);
        chain.add(pod);
        reach.serve(name, pod.netns().path(), layout.ports());
    }

    /** A namespace for one that CNI does not know yet. */
    Pod newPod(final String name, final Map<String, String> labels) {
        final Netns netns = Netns.create();
        netns.run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
        final String namespace = name.substring(0, name.indexOf('/'));
        final int known = layout.namespaces().indexOf(namespace) + 1;
        final int network = known > 0 ? known : 100 + namespace.hashCode() % 100;
        final int host = HOSTS.get(name.substring(name.indexOf('/') + 1));
        return new Pod(name, netns, network, host, labels, layout.named());
    }

    /** Takes a pod away, by CNI. */
    void removePod(final String name) throws Exception {
        reach.forget(name);
        final Pod pod = pods.remove(name);
        chain.delete(pod);
        pod.netns().close();
    }

    /** Replaces the labels of a pod. */
    void labelPod(final String name, final Map<String, String> labels) throws IOException {
        final Pod pod = pods.get(name);
        final ObjectNode patch = JSON.createObjectNode();
        final ObjectNode changes = patch.putObject("labels");
        pod.labels().keySet().forEach(changes::putNull);
        labels.forEach(changes::put);
        expect(200, agent.call("PATCH", "/v1/endpoints/" + pod.containerId(), patch.toString()));
        pods.put(name, pod.withLabels(labels));
    }

    /** Makes a namespace, or replaces its labels. */
    void labelNamespace(final String name, final Map<String, String> labels) throws IOException {
        final ObjectNode object =
                JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
        final ObjectNode meta = object.putObject("metadata").put("name", name);
        meta.set("labels", JSON.valueToTree(labels));
        write("/api/v1/namespaces", name, object, namespaces.containsKey(name));
        namespaces.put(name, labels);
    }

    /** Takes a namespace away, and its pods first. */
    void removeNamespace(final String name) throws Exception {
        for (final String pod : List.copyOf(pods.keySet())) {
            if (pod.startsWith(name + "/")) {
                removePod(pod);
            }
        }
        expect(200, agent.call("DELETE", "/api/v1/namespaces/" + name, ""));
        namespaces.remove(name);
    }

    /** Creates a policy or replaces it; it is enforced when this returns. */
    void apply(final JsonNode policy) throws IOException {
        final String key = PolicyPath.key(policy);
        write(
                PolicyPath.collection(policy),
                policy.path("metadata").path("name").asText(),
                policy,
                policies.containsKey(key));
        policies.put(key, policy.deepCopy());
    }

    /** Creates or replaces the NetworkPolicy {@code namespace/name}. */
    void apply(final String name, final String spec) throws IOException {
        apply(Yaml.policy(name.split("/")[0], name.split("/")[1], spec).json());
    }

    /** Creates or replaces NetworkPolicies, {@code namespace/name} to spec, as one List. */
    void applyTogether(final Map<String, String> specs) throws IOException {
        final ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        final List<JsonNode> items = new ArrayList<>();
        for (final Map.Entry<String, String> each : specs.entrySet()) {
            final String[] name = each.getKey().split("/");
            items.add(Yaml.policy(name[0], name[1], each.getValue()).json());
        }
        list.putArray("items").addAll(items);
        expect(200, agent.call("POST", "/v1/apply", list.toString()));
        items.forEach(item -> policies.put(PolicyPath.key(item), item.deepCopy()));
    }

    /** Patches a policy as RFC 6902 says. */
    void patch(final String key, final JsonNode operations) throws IOException {
        final JsonNode policy = policies.get(key);
        final String name = policy.path("metadata").path("name").asText();
        final Answer answer =
                agent.call(
                        "PATCH", PolicyPath.collection(policy) + "/" + name, operations.toString());
        expect(200, answer);
        policies.put(key, (ObjectNode) answer.body());
    }

    /** Tries to create a policy that is refused with 422. */
    void refuse(final JsonNode policy) throws IOException {
        expect(422, agent.call("POST", PolicyPath.collection(policy), policy.toString()));
    }

    /** Packets that one of a pod's hooks dropped, for whatever reason. */
    long dropped(final String pod) throws IOException {
        long dropped = 0;
        for (final JsonNode count : statistics(pod).path("drops")) {
            dropped += count.path("packets").asLong();
        }
        return dropped;
    }

    /** What {@code GET /v1/endpoints/ID} says of its traffic. */
    JsonNode statistics(final String pod) throws IOException {
        final Answer answer = agent.call("GET", "/v1/endpoints/" + pods.get(pod).containerId(), "");
        expect(200, answer);
        return answer.body().path("stats");
    }

    /** Deletes a policy, by its key. */
    void delete(final String key) throws IOException {
        final JsonNode policy = policies.remove(key);
        final String name = policy.path("metadata").path("name").asText();
        expect(200, agent.call("DELETE", PolicyPath.collection(policy) + "/" + name, ""));
    }

    private void write(
            final String collection, final String name, final JsonNode object, final boolean there)
            throws IOException {
        if (there) {
            expect(200, agent.call("PUT", collection + "/" + name, object.toString()));
        } else {
            expect(201, agent.call("POST", collection, object.toString()));
        }
    }

    private static void expect(final int code, final Answer answer) throws IOException {
        if (answer.code() != code) {
            throw new IOException("answer " + answer.code() + ": " + answer.body());
        }
    }

    /** No policies, and pods, namespaces and labels as in the beginning. */
    void reset() throws Exception {
        for (final String key : List.copyOf(policies.keySet())) {
            delete(key);
        }
        for (final String namespace : List.copyOf(namespaces.keySet())) {
            if (layout.namespaces().contains(namespace)) {
                restore(namespace);
            } else {
                removeNamespace(namespace);
            }
        }
    }

    private void restore(final String namespace) throws Exception {
        final Map<String, String> first = layout.namespaceLabels(namespace);
        if (!namespaces.get(namespace).equals(first)) {
            labelNamespace(namespace, first);
        }
        for (final Pod pod : List.copyOf(pods.values())) {
            if (!pod.namespace().equals(namespace)) {
                continue;
            }
            final Map<String, String> labels = layout.podLabels(namespace, pod.simpleName());
            if (!layout.pods().contains(pod.simpleName())) {
                removePod(pod.name());
            } else if (!pod.labels().equals(labels)) {
                labelPod(pod.name(), labels);
            }
        }
    }

    /** Ends everything that it started. */
    void close() {
        try {
            agent.stop();
            agent.detachAll();
            reach.close();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        } finally {
            final Map<String, Pod> all = new LinkedHashMap<>(pods);
            all.values().forEach(pod -> pod.netns().close());
            node.close();
        }
    }
}
