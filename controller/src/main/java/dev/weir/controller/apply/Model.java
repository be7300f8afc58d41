package dev.weir.controller.apply;

import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.store.ObjectKind;
import dev.weir.dataplane.layout.IpAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Desired state with all that is kept of each object; immutable.
 *
 * @param policies by {@code namespace/name}
 * @param clusterPolicies by name
 * @param namespaces by name
 * @param endpoints by number
 * @param hostAddresses the node's own
 * @param hostPolicy the node is judged like any peer
 */
record Model(
        SortedMap<String, NetworkPolicy> policies,
        SortedMap<String, ClusterNetworkPolicy> clusterPolicies,
        SortedMap<String, Namespace> namespaces,
        SortedMap<Integer, Attached> endpoints,
        Set<IpAddress> hostAddresses,
        boolean hostPolicy) {
    /** fe80::/10. */
    private static final long LINK_LOCAL = 0xFE80_0000_0000_0000L;

    private static final long LINK_LOCAL_MASK = 0xFFC0_0000_0000_0000L;

    Model {
        policies = Collections.unmodifiableSortedMap(policies);
        clusterPolicies = Collections.unmodifiableSortedMap(clusterPolicies);
        namespaces = Collections.unmodifiableSortedMap(namespaces);
        endpoints = Collections.unmodifiableSortedMap(endpoints);
        hostAddresses = Set.copyOf(hostAddresses);
    }

    /** What is written at {@code key}; empty if nothing is. */
    Optional<ApiObject> object(final ObjectKind kind, final String key) {
        return Optional.ofNullable(
                switch (kind) {
                    case NETWORK_POLICY -> policies.get(key);
                    case CLUSTER_NETWORK_POLICY -> clusterPolicies.get(key);
                    case NAMESPACE -> namespaces.get(key);
                    default ->
                            throw new IllegalArgumentException(kind + " (expected: an API object)");
                });
    }

    /** With all of {@code changes} carried out, whatever their preconditions are. */
    Model with(final List<ObjectChange> changes) {
        return new Model(
                changed(policies, changes, ObjectKind.NETWORK_POLICY, NetworkPolicy.class),
                changed(
                        clusterPolicies,
                        changes,
                        ObjectKind.CLUSTER_NETWORK_POLICY,
                        ClusterNetworkPolicy.class),
                changed(namespaces, changes, ObjectKind.NAMESPACE, Namespace.class),
                endpoints,
                hostAddresses,
                hostPolicy);
    }

    private static <T extends ApiObject> SortedMap<String, T> changed(
            final SortedMap<String, T> objects,
            final List<ObjectChange> changes,
            final ObjectKind kind,
            final Class<T> type) {
        if (changes.stream().noneMatch(change -> change.kind() == kind)) {
            return objects;
        }
        final SortedMap<String, T> next = new TreeMap<>(objects);
        for (final ObjectChange change : changes) {
            if (change.kind() == kind) {
                change.object()
                        .ifPresentOrElse(
                                object -> next.put(change.key(), type.cast(object)),
                                () -> next.remove(change.key()));
            }
        }
        return next;
    }

    Model withEndpoint(final Attached endpoint) {
        final SortedMap<Integer, Attached> next = new TreeMap<>(endpoints);
        next.put(endpoint.number(), endpoint);
        return new Model(policies, clusterPolicies, namespaces, next, hostAddresses, hostPolicy);
    }

    Model withoutEndpoint(final int number) {
        final SortedMap<Integer, Attached> next = new TreeMap<>(endpoints);
        next.remove(number);
        return new Model(policies, clusterPolicies, namespaces, next, hostAddresses, hostPolicy);
    }

    Model withHostAddresses(final Set<IpAddress> addresses) {
        return new Model(policies, clusterPolicies, namespaces, endpoints, addresses, hostPolicy);
    }

    /** The endpoint with this id, or the first one of the container with this id. */
    Optional<Attached> endpoint(final String idOrContainerId) {
        return endpoints.values().stream()
                .filter(each -> each.id().equals(idOrContainerId))
                .findFirst()
                .or(
                        () ->
                                endpoints.values().stream()
                                        .filter(each -> each.containerId().equals(idOrContainerId))
                                        .findFirst());
    }

    /** The endpoint of this interface of this container. */
    Optional<Attached> endpoint(final String containerId, final String containerInterface) {
        return endpoints.values().stream()
                .filter(each -> each.containerId().equals(containerId))
                .filter(each -> each.veth().containerInterface().equals(containerInterface))
                .findFirst();
    }

    Optional<Attached> endpointOnInterface(final int ifIndex) {
        return endpoints.values().stream()
                .filter(each -> each.veth().ifIndex() == ifIndex)
                .findFirst();
    }

    /** What the compiler works on. */
    DesiredState desired() {
        final SortedMap<String, Map<String, String>> labels = new TreeMap<>();
        namespaces.forEach((name, namespace) -> labels.put(name, namespace.meta().labels()));
        final SortedMap<Integer, EndpointSpec> specs = new TreeMap<>();
        final Set<IpAddress> taken = new HashSet<>();
        endpoints.forEach(
                (number, endpoint) -> {
                    // Only link-local addresses can be there twice; the first one has the row.
                    final List<IpAddress> own =
                            endpoint.veth().addresses().stream().filter(taken::add).toList();
                    specs.put(number, endpoint.spec(own));
                });
        return new DesiredState(
                policies, clusterPolicies, labels, specs, hostAddresses, hostPolicy);
    }

    /** True for an address that means something else on every link. */
    static boolean isLinkLocal(final IpAddress address) {
        return (address.high() & LINK_LOCAL_MASK) == LINK_LOCAL;
    }
}
