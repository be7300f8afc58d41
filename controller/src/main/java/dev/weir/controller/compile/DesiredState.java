package dev.weir.controller.compile;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.IpAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything the rows follow from.
 *
 * @param policies by {@code namespace/name}
 * @param clusterPolicies by name
 * @param namespaces name to labels; one that is missing has only its implied label
 * @param endpoints by number
 * @param hostAddresses the node's own
 * @param hostPolicy the node is judged like any peer instead of always passing
 */
public record DesiredState(
        SortedMap<String, NetworkPolicy> policies,
        SortedMap<String, ClusterNetworkPolicy> clusterPolicies,
        SortedMap<String, Map<String, String>> namespaces,
        SortedMap<Integer, EndpointSpec> endpoints,
        Set<IpAddress> hostAddresses,
        boolean hostPolicy) {
    /** Nothing at all. */
    public static final DesiredState EMPTY =
            new DesiredState(
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    Set.of(),
                    false);

    public DesiredState {
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        clusterPolicies = Collections.unmodifiableSortedMap(new TreeMap<>(clusterPolicies));
        namespaces = Collections.unmodifiableSortedMap(new TreeMap<>(namespaces));
        endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
        hostAddresses = Set.copyOf(hostAddresses);
    }

    /** Labels of a namespace, {@code kubernetes.io/metadata.name} among them. */
    public Map<String, String> namespaceLabels(final String namespace) {
        final Map<String, String> labels =
                new HashMap<>(namespaces.getOrDefault(namespace, Map.of()));
        labels.put(Namespace.NAME_LABEL, namespace);
        return labels;
    }
}
