package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.Namespace;
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
 * @param resourceVersion of the last write of any object
 * @param revision datapath revision
 */
public record Snapshot(
        DesiredState desired,
        CompiledState compiled,
        SortedMap<String, Endpoint> endpoints,
        Map<Integer, Endpoint> endpointsByNumber,
        SortedMap<String, Namespace> namespaces,
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
}
