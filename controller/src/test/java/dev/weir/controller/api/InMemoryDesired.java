package dev.weir.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.ChangeLog;
import dev.weir.controller.apply.ChangeLog.Change;
import dev.weir.controller.apply.ControllerException;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.ImpliedNamespaces;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.apply.WriteResult;
import dev.weir.controller.apply.WriteResult.Outcome;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.endpoint.Hook;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.store.ObjectKind;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Desired state without a kernel: the real parsers and compiler, one writing thread. */
final class InMemoryDesired implements Desired, AutoCloseable {
    private final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
    private final SortedMap<String, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
    private final SortedMap<String, Namespace> namespaces = new TreeMap<>();
    private final SortedMap<String, Endpoint> endpoints = new TreeMap<>();
    private final java.util.concurrent.ExecutorService writer = Executors.newSingleThreadExecutor();
    private final Executor thread = writer;
    private CompiledState compiled = CompiledState.EMPTY;
    private final ChangeLog log = new ChangeLog(100);
    private long version = 100;
    private int revision = 1;
    private int numbers;
    private volatile Snapshot snapshot;

    InMemoryDesired() {
        publish();
    }

    @Override
    public CompletableFuture<List<WriteResult<ApiObject>>> change(
            final List<ObjectChange> changes) {
        return later(
                () -> {
                    changes.forEach(each -> check(each, old(each)));
                    final List<WriteResult<ApiObject>> results =
                            changes.stream().map(this::write).toList();
                    publish();
                    log.announce();
                    return results;
                });
    }

    private ApiObject old(final ObjectChange change) {
        return switch (change.kind()) {
            case NAMESPACE -> namespaces.get(change.key());
            case CLUSTER_NETWORK_POLICY -> clusterPolicies.get(change.key());
            default -> policies.get(change.key());
        };
    }

    private WriteResult<ApiObject> write(final ObjectChange change) {
        final ApiObject old = old(change);
        final boolean dryRun = change.precondition().dryRun();
        if (change.object().isEmpty()) {
            if (!dryRun) {
                version++;
                policies.remove(change.key());
                clusterPolicies.remove(change.key());
                namespaces.remove(change.key());
                log.append(new Change(version, change.kind(), change.key(), old.json(), null));
            }
            return new WriteResult<>(old, Outcome.REMOVED, revision);
        }
        final JsonNode json =
                stamped(change.object().get().json(), old == null ? null : old.meta());
        final ApiObject stored;
        if (change.kind() == ObjectKind.NAMESPACE) {
            final Namespace namespace = NamespaceParser.parse(json);
            stored = namespace;
            if (!dryRun) {
                namespaces.put(change.key(), namespace);
            }
        } else if (change.kind() == ObjectKind.CLUSTER_NETWORK_POLICY) {
            final ClusterNetworkPolicy policy = ClusterNetworkPolicyParser.parse(json);
            stored = policy;
            if (!dryRun) {
                clusterPolicies.put(change.key(), policy);
            }
        } else {
            final NetworkPolicy policy = NetworkPolicyParser.parse(json);
            stored = policy;
            if (!dryRun) {
                policies.put(change.key(), policy);
            }
        }
        if (!dryRun) {
            log.append(
                    new Change(
                            version,
                            change.kind(),
                            change.key(),
                            old == null ? null : old.json(),
                            stored.json()));
        }
        return new WriteResult<>(
                stored, old == null ? Outcome.CREATED : Outcome.CONFIGURED, revision);
    }

    @Override
    public ChangeLog changes() {
        return log;
    }

    @Override
    public CompletableFuture<Endpoint> attach(final AttachRequest request) {
        return later(
                () -> {
                    final String container =
                            request.containerId().isEmpty() ? request.pod() : request.containerId();
                    if (container.isEmpty()) {
                        throw ControllerException.invalid("pod", "missing");
                    }
                    numbers++;
                    final Endpoint endpoint = endpoint(request, container);
                    endpoints.put(endpoint.id(), endpoint);
                    publish();
                    return endpoints.get(endpoint.id());
                });
    }

    private Endpoint endpoint(final AttachRequest request, final String container) {
        return new Endpoint(
                container + "-" + request.containerInterface(),
                numbers,
                container,
                request.network(),
                request.namespace(),
                request.pod().isEmpty() ? container : request.pod(),
                request.labels(),
                request.ports(),
                0,
                List.of(IpAddress.parse("10.0.0." + numbers)),
                MacAddress.parse("02:00:00:00:00:01"),
                request.containerInterface(),
                "veth" + numbers,
                100 + numbers,
                request.netns().orElse(""),
                4_026_532_000L + numbers,
                numbers,
                List.of(new Hook("from-container", "tcx", 41, ""), new Hook("xdp", "none", 0, "")),
                EndpointPolicy.OPEN,
                ++version);
    }

    @Override
    public CompletableFuture<Endpoint> detach(final String id) {
        return later(
                () -> {
                    final Endpoint old = find(id);
                    endpoints.remove(old.id());
                    publish();
                    return old;
                });
    }

    @Override
    public CompletableFuture<Endpoint> patch(
            final String id,
            final Map<String, Optional<String>> changes,
            final Optional<List<NamedPort>> ports) {
        return later(
                () -> {
                    final Endpoint old = find(id);
                    final Map<String, String> labels = new HashMap<>(old.labels());
                    changes.forEach(
                            (key, value) ->
                                    value.ifPresentOrElse(
                                            text -> labels.put(key, text),
                                            () -> labels.remove(key)));
                    endpoints.put(
                            old.id(),
                            with(old, labels, ports.orElse(old.ports()), old.policy(), ++version));
                    publish();
                    return endpoints.get(old.id());
                });
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }

    private <T> CompletableFuture<T> later(final Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, thread);
    }

    private Endpoint find(final String id) {
        final Endpoint endpoint = endpoints.get(id);
        if (endpoint == null) {
            throw ControllerException.notFound("endpoints", id);
        }
        return endpoint;
    }

    private static void check(final ObjectChange change, final ApiObject old) {
        final String name = change.key().substring(change.key().indexOf('/') + 1);
        final Precondition precondition = change.precondition();
        final String kind = change.kind().folder();
        if (precondition.kind() == Precondition.Kind.CREATE) {
            if (old != null) {
                throw ControllerException.alreadyExists(kind, name);
            }
        } else if (old == null) {
            if (change.object().isEmpty()
                    || precondition.kind() == Precondition.Kind.REPLACE
                    || precondition.resourceVersion() != 0) {
                throw ControllerException.notFound(kind, name);
            }
        } else if (precondition.resourceVersion() != 0
                && !Long.toString(precondition.resourceVersion())
                        .equals(old.meta().resourceVersion())) {
            throw ControllerException.conflict("the object has been modified");
        }
    }

    private ObjectNode stamped(final JsonNode json, final ObjectMeta old) {
        final ObjectNode stamped = json.deepCopy();
        final ObjectNode metadata = (ObjectNode) stamped.get("metadata");
        version++;
        metadata.put("uid", old == null ? UUID.randomUUID().toString() : old.uid())
                .put("resourceVersion", Long.toString(version))
                .put("generation", 1)
                .put("creationTimestamp", "2026-11-22T12:00:00Z");
        return stamped;
    }

    private void publish() {
        revision++;
        final SortedMap<Integer, EndpointSpec> specs = new TreeMap<>();
        endpoints
                .values()
                .forEach(
                        each ->
                                specs.put(
                                        each.number(),
                                        new EndpointSpec(
                                                each.number(),
                                                each.namespace(),
                                                each.pod(),
                                                each.labels(),
                                                each.ports(),
                                                each.addresses())));
        final SortedMap<String, Map<String, String>> labels = new TreeMap<>();
        namespaces.forEach((name, namespace) -> labels.put(name, namespace.meta().labels()));
        final DesiredState desired =
                new DesiredState(policies, clusterPolicies, labels, specs, Set.of(), false);
        compiled = PolicyCompiler.compile(desired, compiled);
        endpoints.replaceAll(
                (id, each) ->
                        with(
                                each,
                                each.labels(),
                                each.ports(),
                                compiled.endpoints().get(each.number()),
                                each.resourceVersion()));
        final Map<Integer, Endpoint> byNumber = new HashMap<>();
        endpoints.values().forEach(each -> byNumber.put(each.number(), each));
        snapshot =
                new Snapshot(
                        desired,
                        compiled,
                        new TreeMap<>(endpoints),
                        byNumber,
                        new TreeMap<>(namespaces),
                        implied(),
                        version,
                        revision);
    }

    private SortedMap<String, Namespace> implied() {
        final SortedMap<String, Namespace> implied = new TreeMap<>();
        implied.put("default", ImpliedNamespaces.implied("default", 1));
        endpoints
                .values()
                .forEach(
                        each ->
                                implied.put(
                                        each.namespace(),
                                        ImpliedNamespaces.implied(each.namespace(), 1)));
        policies.values()
                .forEach(
                        each ->
                                implied.put(
                                        each.meta().namespace(),
                                        ImpliedNamespaces.implied(each.meta().namespace(), 1)));
        implied.keySet().removeAll(namespaces.keySet());
        return implied;
    }

    private Endpoint with(
            final Endpoint old,
            final Map<String, String> labels,
            final List<NamedPort> ports,
            final EndpointPolicy policy,
            final long resourceVersion) {
        return new Endpoint(
                old.id(),
                old.number(),
                old.containerId(),
                old.network(),
                old.namespace(),
                old.pod(),
                labels,
                ports,
                compiled.identityByEndpoint().getOrDefault(old.number(), 0),
                old.addresses(),
                old.mac(),
                old.containerInterface(),
                old.interfaceName(),
                old.ifIndex(),
                old.netns(),
                old.netnsInode(),
                old.netnsCookie(),
                old.hooks(),
                policy,
                resourceVersion);
    }
}
