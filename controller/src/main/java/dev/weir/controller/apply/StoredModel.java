package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.compile.Numbering;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.store.DamagedFile;
import dev.weir.controller.store.LoadedState;
import dev.weir.controller.store.ObjectKind;
import dev.weir.controller.store.StateChange;
import dev.weir.controller.store.StateStore;
import dev.weir.controller.store.StoredObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to objects. A policy that cannot be read is replaced by one of its name that lets nothing
 * pass in its namespace: what it forbade is not known any more, so everything is. A cluster policy
 * is replaced likewise, for all namespaces.
 */
final class StoredModel {
    /** On the policy that stands in for a damaged one: what happened, in words. */
    static final String DAMAGED_ANNOTATION = "weir.dev/damaged";

    private static final Logger LOG = LoggerFactory.getLogger(StoredModel.class);
    private static final String NUMBERING = "numbering";

    private final StateStore store;
    private final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
    private final SortedMap<String, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
    private final SortedMap<String, Namespace> namespaces = new TreeMap<>();
    private final List<Attached> endpoints = new ArrayList<>();
    private Numbering numbering = Numbering.EMPTY;
    private boolean endpointsLost;

    StoredModel(final StateStore store) {
        this.store = store;
    }

    SortedMap<String, NetworkPolicy> policies() {
        return policies;
    }

    SortedMap<String, ClusterNetworkPolicy> clusterPolicies() {
        return clusterPolicies;
    }

    SortedMap<String, Namespace> namespaces() {
        return namespaces;
    }

    List<Attached> endpoints() {
        return endpoints;
    }

    Numbering numbering() {
        return numbering;
    }

    /** True when an endpoint's file was damaged: an interface may be attached that none knows. */
    boolean endpointsLost() {
        return endpointsLost;
    }

    static StateChange stored(final NumberingText numbering) {
        return StateChange.write(
                new StoredObject(ObjectKind.NUMBERING, NUMBERING, 0, numbering.json()));
    }

    void load() {
        final LoadedState loaded = store.load();
        for (final StoredObject object : loaded.objects()) {
            try {
                take(object);
            } catch (final InvalidObjectException | IllegalArgumentException e) {
                LOG.error("stored {} {}: {}", object.kind(), object.key(), e.getMessage());
                lost(object.kind(), object.key(), e.getMessage());
            }
        }
        for (final DamagedFile file : loaded.damaged()) {
            lost(file.kind(), file.key(), file.setAside() + ": " + file.problem());
        }
    }

    private void take(final StoredObject object) {
        switch (object.kind()) {
            case NETWORK_POLICY ->
                    policies.put(object.key(), NetworkPolicyParser.parse(object.json()));
            case CLUSTER_NETWORK_POLICY ->
                    clusterPolicies.put(
                            object.key(), ClusterNetworkPolicyParser.parse(object.json()));
            case NAMESPACE -> namespaces.put(object.key(), NamespaceParser.parse(object.json()));
            case ENDPOINT -> endpoints.add(Attached.of(object.json(), object.resourceVersion()));
            case NUMBERING -> numbering = NumberingText.decode(object.json());
            case AGENT -> LOG.trace("{} is the store's own", object.key());
            default -> throw new IllegalArgumentException(object.kind() + " (expected: a kind)");
        }
    }

    private void lost(final ObjectKind kind, final String key, final String problem) {
        switch (kind) {
            case NETWORK_POLICY -> closeNamespace(key, problem);
            case CLUSTER_NETWORK_POLICY -> closeCluster(key, problem);
            case ENDPOINT -> {
                endpointsLost = true;
                LOG.error(
                        "endpoint {} is lost ({}): nothing passes on its interface until it is"
                                + " attached again (weir endpoint attach)",
                        key,
                        problem);
            }
            case NAMESPACE ->
                    LOG.error(
                            "labels of namespace {} are lost ({}): write them again (weir namespace"
                                    + " label)",
                            key,
                            problem);
            default ->
                    LOG.warn(
                            "{} is lost ({}): numbers of rules and policies may change",
                            key,
                            problem);
        }
    }

    private void closeNamespace(final String key, final String problem) {
        final int slash = key.indexOf('/');
        final String namespace = slash < 0 ? "default" : key.substring(0, slash);
        final String name = key.substring(slash + 1);
        final String place = namespace + "/" + name;
        if (policies.containsKey(place)) {
            return;
        }
        final ObjectNode json = closed(namespace, name, problem);
        final ObjectNode spec = json.putObject("spec");
        spec.putObject("podSelector");
        spec.putArray("policyTypes").add("Ingress").add("Egress");
        final NetworkPolicy policy;
        try {
            policy = NetworkPolicyParser.parse(json);
        } catch (final InvalidObjectException e) {
            LOG.error("{} was never a policy of this agent and is left alone", key);
            return;
        }
        policies.put(place, policy);
        write(ObjectKind.NETWORK_POLICY, place, policy.meta(), policy.json());
        LOG.error(
                "policy {} is lost ({}): nothing passes in namespace {} until the policy is written"
                        + " again (weir policy apply) or deleted",
                key,
                problem,
                namespace);
    }

    private void closeCluster(final String name, final String problem) {
        if (clusterPolicies.containsKey(name)) {
            return;
        }
        final ObjectNode json = closed("", name, problem);
        final ObjectNode spec = json.putObject("spec");
        spec.put("tier", "Admin").put("priority", 0);
        spec.putObject("subject").putObject("namespaces");
        final ObjectNode ingress = spec.putArray("ingress").addObject().put("action", "Deny");
        ingress.putArray("from").addObject().putObject("namespaces");
        final ObjectNode egress = spec.putArray("egress").addObject().put("action", "Deny");
        final ArrayNode to = egress.putArray("to");
        to.addObject().putArray("networks").add("0.0.0.0/0").add("::/0");
        to.addObject().putObject("namespaces");
        final ClusterNetworkPolicy policy;
        try {
            policy = ClusterNetworkPolicyParser.parse(json);
        } catch (final InvalidObjectException e) {
            LOG.error("{} was never a cluster policy of this agent and is left alone", name);
            return;
        }
        clusterPolicies.put(name, policy);
        write(ObjectKind.CLUSTER_NETWORK_POLICY, name, policy.meta(), policy.json());
        LOG.error(
                "cluster policy {} is lost ({}): nothing passes that it could have denied until it"
                        + " is written again (weir policy apply) or deleted",
                name,
                problem);
    }

    private void write(
            final ObjectKind kind, final String key, final ObjectMeta meta, final JsonNode json) {
        final long version = Long.parseLong(meta.resourceVersion());
        store.write(List.of(StateChange.write(new StoredObject(kind, key, version, json))));
    }

    /** The start of an object that stands in for a lost one; its spec is still to come. */
    private ObjectNode closed(final String namespace, final String name, final String problem) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        final ObjectNode metadata = json.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("uid", UUID.randomUUID().toString()).put("generation", 1);
        metadata.put("resourceVersion", Long.toString(store.nextResourceVersion()));
        metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.putObject("annotations").put(DAMAGED_ANNOTATION, problem);
        return json;
    }
}
