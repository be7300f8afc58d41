package dev.weir.controller.api;

import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.apply.WriteResult;
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
import java.util.concurrent.Executor;

/** Desired state whose futures complete on a worker: the applier's thread writes no answers. */
record WorkerDesired(Desired desired, Executor workers) implements Desired {
    @Override
    public CompletableFuture<WriteResult<NetworkPolicy>> putPolicy(
            final NetworkPolicy policy, final Precondition precondition) {
        return onWorker(desired.putPolicy(policy, precondition));
    }

    @Override
    public CompletableFuture<NetworkPolicy> deletePolicy(
            final String namespace, final String name, final Precondition precondition) {
        return onWorker(desired.deletePolicy(namespace, name, precondition));
    }

    @Override
    public CompletableFuture<WriteResult<ClusterNetworkPolicy>> putClusterPolicy(
            final ClusterNetworkPolicy policy, final Precondition precondition) {
        return onWorker(desired.putClusterPolicy(policy, precondition));
    }

    @Override
    public CompletableFuture<ClusterNetworkPolicy> deleteClusterPolicy(
            final String name, final Precondition precondition) {
        return onWorker(desired.deleteClusterPolicy(name, precondition));
    }

    @Override
    public CompletableFuture<WriteResult<Namespace>> putNamespace(
            final Namespace namespace, final Precondition precondition) {
        return onWorker(desired.putNamespace(namespace, precondition));
    }

    @Override
    public CompletableFuture<Namespace> deleteNamespace(
            final String name, final Precondition precondition) {
        return onWorker(desired.deleteNamespace(name, precondition));
    }

    @Override
    public CompletableFuture<Endpoint> attach(final AttachRequest request) {
        return onWorker(desired.attach(request));
    }

    @Override
    public CompletableFuture<Endpoint> detach(final String idOrContainerId) {
        return onWorker(desired.detach(idOrContainerId));
    }

    @Override
    public CompletableFuture<Endpoint> patch(
            final String idOrContainerId,
            final Map<String, Optional<String>> labels,
            final Optional<List<NamedPort>> ports) {
        return onWorker(desired.patch(idOrContainerId, labels, ports));
    }

    @Override
    public Snapshot snapshot() {
        return desired.snapshot();
    }

    private <T> CompletableFuture<T> onWorker(final CompletableFuture<T> done) {
        return done.whenCompleteAsync((result, failure) -> {}, workers);
    }
}
