package dev.weir.controller.apply;

import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.store.ObjectKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What everyone else may ask of the applier; callable from any thread.
 *
 * <p>Every future completes when the change is in force in the kernel, or exceptionally with a
 * {@link ControllerException}, and then nothing has changed. It completes on the applier's thread:
 * continue elsewhere ({@code thenApplyAsync}).
 */
public interface Desired {
    /**
     * Writes and removes objects, all of them as one revision or none; a result for each. What is
     * stored carries uid, times, generation, resourceVersion. Errors name each item that is at
     * fault. With {@code dryRun} on the first one nothing is changed.
     */
    CompletableFuture<List<WriteResult<ApiObject>>> change(List<ObjectChange> changes);

    /** {@link #change} of one policy. */
    default CompletableFuture<WriteResult<NetworkPolicy>> putPolicy(
            final NetworkPolicy policy, final Precondition precondition) {
        return change(List.of(ObjectChange.put(policy, precondition)))
                .thenApply(results -> only(results, NetworkPolicy.class));
    }

    /** {@link #change} of one cluster policy. */
    default CompletableFuture<WriteResult<ClusterNetworkPolicy>> putClusterPolicy(
            final ClusterNetworkPolicy policy, final Precondition precondition) {
        return change(List.of(ObjectChange.put(policy, precondition)))
                .thenApply(results -> only(results, ClusterNetworkPolicy.class));
    }

    /** {@link #change} of one namespace. */
    default CompletableFuture<WriteResult<Namespace>> putNamespace(
            final Namespace namespace, final Precondition precondition) {
        return change(List.of(ObjectChange.put(namespace, precondition)))
                .thenApply(results -> only(results, Namespace.class));
    }

    /** {@link #change} that removes one policy; gives it as it was. */
    default CompletableFuture<NetworkPolicy> deletePolicy(
            final String namespace, final String name, final Precondition precondition) {
        final String key = namespace + "/" + name;
        return change(List.of(ObjectChange.remove(ObjectKind.NETWORK_POLICY, key, precondition)))
                .thenApply(results -> only(results, NetworkPolicy.class).object());
    }

    /** As {@link #deletePolicy}. */
    default CompletableFuture<ClusterNetworkPolicy> deleteClusterPolicy(
            final String name, final Precondition precondition) {
        final ObjectKind kind = ObjectKind.CLUSTER_NETWORK_POLICY;
        return change(List.of(ObjectChange.remove(kind, name, precondition)))
                .thenApply(results -> only(results, ClusterNetworkPolicy.class).object());
    }

    private static <T extends ApiObject> WriteResult<T> only(
            final List<WriteResult<ApiObject>> results, final Class<T> type) {
        final WriteResult<ApiObject> result = results.get(0);
        return new WriteResult<>(type.cast(result.object()), result.outcome(), result.revision());
    }

    /** The last changes of objects, for those who watch. */
    ChangeLog changes();

    /** Completes when the container's programs are attached and its policy is in force. */
    CompletableFuture<Endpoint> attach(AttachRequest request);

    /** The endpoint as it was; 404 if there is none. Policy no longer applies to its interface. */
    CompletableFuture<Endpoint> detach(String idOrContainerId);

    /**
     * Changes labels and ports.
     *
     * @param labels empty value removes the label
     * @param ports absent: as they are
     */
    CompletableFuture<Endpoint> patch(
            String idOrContainerId,
            Map<String, Optional<String>> labels,
            Optional<List<NamedPort>> ports);

    /** What is in force now. */
    Snapshot snapshot();
}
