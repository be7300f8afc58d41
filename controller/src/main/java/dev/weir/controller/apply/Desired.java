package dev.weir.controller.apply;

import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NetworkPolicy;
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
    /** Creates or replaces; the stored object carries uid, times, generation, resourceVersion. */
    CompletableFuture<WriteResult<NetworkPolicy>> putPolicy(
            NetworkPolicy policy, Precondition precondition);

    /** The policy as it was; 404 if there is none; 409 if {@code resourceVersion} is stale. */
    CompletableFuture<NetworkPolicy> deletePolicy(
            String namespace, String name, Precondition precondition);

    /** Creates or replaces, as {@link #putPolicy}. */
    CompletableFuture<WriteResult<ClusterNetworkPolicy>> putClusterPolicy(
            ClusterNetworkPolicy policy, Precondition precondition);

    /** As {@link #deletePolicy}. */
    CompletableFuture<ClusterNetworkPolicy> deleteClusterPolicy(
            String name, Precondition precondition);

    /** Creates or replaces, as {@link #putPolicy}. */
    CompletableFuture<WriteResult<Namespace>> putNamespace(
            Namespace namespace, Precondition precondition);

    /** Takes its labels away; its endpoints and policies stay. 404 if it was never written. */
    CompletableFuture<Namespace> deleteNamespace(String name, Precondition precondition);

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
