package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.compile.Numbering;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
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
 * pass in its namespace: what it forbade is not known any more, so everything is.
 */
final class StoredModel {
    /** On the policy that stands in for a damaged one: what happened, in words. */
    static final String DAMAGED_ANNOTATION = "weir.dev/damaged";

    private static final Logger LOG = LoggerFactory.getLogger(StoredModel.class);
    private static final String NUMBERING = "numbering";

    private final StateStore store;
    private final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
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

    static StateChange stored(final Numbering numbering) {
        return StateChange.write(
                new StoredObject(ObjectKind.AGENT, NUMBERING, 0, NumberingCodec.encode(numbering)));
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
            case NAMESPACE -> namespaces.put(object.key(), NamespaceParser.parse(object.json()));
            case ENDPOINT -> endpoints.add(Attached.of(object.json(), object.resourceVersion()));
            case AGENT -> {
                if (object.key().equals(NUMBERING)) {
                    numbering = NumberingCodec.decode(object.json());
                }
            }
            default -> throw new IllegalArgumentException(object.kind() + " (expected: a kind)");
        }
    }

    private void lost(final ObjectKind kind, final String key, final String problem) {
        switch (kind) {
            case NETWORK_POLICY -> closeNamespace(key, problem);
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
        final long version = store.nextResourceVersion();
        final JsonNode json = closed(namespace, name, problem, version);
        try {
            policies.put(place, NetworkPolicyParser.parse(json));
        } catch (final InvalidObjectException e) {
            LOG.error("{} was never a policy of this agent and is left alone", key);
            return;
        }
        store.write(
                List.of(
                        StateChange.write(
                                new StoredObject(
                                        ObjectKind.NETWORK_POLICY, place, version, json))));
        LOG.error(
                "policy {} is lost ({}): nothing passes in namespace {} until the policy is written"
                        + " again (weir policy apply) or deleted",
                key,
                problem,
                namespace);
    }

    private static JsonNode closed(
            final String namespace, final String name, final String problem, final long version) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("apiVersion", "networking.k8s.io/v1").put("kind", "NetworkPolicy");
        final ObjectNode metadata = json.putObject("metadata");
        metadata.put("name", name).put("namespace", namespace);
        metadata.put("uid", UUID.randomUUID().toString()).put("generation", 1);
        metadata.put("resourceVersion", Long.toString(version));
        metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.putObject("annotations").put(DAMAGED_ANNOTATION, problem);
        final ObjectNode spec = json.putObject("spec");
        spec.putObject("podSelector");
        spec.putArray("policyTypes").add("Ingress").add("Egress");
        return json;
    }
}
