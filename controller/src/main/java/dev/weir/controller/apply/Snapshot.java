package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.store.ObjectKind;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Everything that is in force, at one revision; immutable.
 *
 * @param desired what was asked for
 * @param compiled what the kernel holds
 * @param endpoints by id
 * @param endpointsByNumber the same by number
 * @param namespaces that were written, by name
 * @param impliedNamespaces that are there because something is in them, by name
 * @param resourceVersion of the last write of any object
 * @param revision datapath revision
 */
public record Snapshot(
        DesiredState desired,
        CompiledState compiled,
        SortedMap<String, Endpoint> endpoints,
        Map<Integer, Endpoint> endpointsByNumber,
        SortedMap<String, Namespace> namespaces,
        SortedMap<String, Namespace> impliedNamespaces,
        long resourceVersion,
        int revision) {
    /** The endpoint with this id, or the first one of the container with this id. */
    public Optional<Endpoint> endpoint(final String idOrContainerId) {
        final Endpoint endpoint = endpoints.get(idOrContainerId);
        return endpoint != null
                ? Optional.of(endpoint)
                : endpoints.values().stream()
                        .filter(each -> each.containerId().equals(idOrContainerId))
                        .findFirst();
    }

    /** The objects of a kind that were written, by key. */
    public SortedMap<String, ? extends ApiObject> objects(final ObjectKind kind) {
        return switch (kind) {
            case NETWORK_POLICY -> desired.policies();
            case CLUSTER_NETWORK_POLICY -> desired.clusterPolicies();
            case NAMESPACE -> namespaces;
            default -> throw new IllegalArgumentException(kind + " (expected: an API object)");
        };
    }
}
