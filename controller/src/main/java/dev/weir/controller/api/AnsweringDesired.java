package dev.weir.controller.api;

import dev.weir.controller.apply.ChangeLog;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.apply.WriteResult;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ApiObject;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Desired state whose futures complete on the event loop where they were asked for there, else on a
 * worker: the applier's thread writes no answers, and nobody is woken who need not be.
 */
record AnsweringDesired(Desired desired, EventExecutor loop, Executor workers) implements Desired {
    @Override
    public CompletableFuture<List<WriteResult<ApiObject>>> change(
            final List<ObjectChange> changes) {
        return answered(desired.change(changes));
    }

    @Override
    public ChangeLog changes() {
        return desired.changes();
    }

    @Override
    public CompletableFuture<Endpoint> attach(final AttachRequest request) {
        return answered(desired.attach(request));
    }

    @Override
    public CompletableFuture<Endpoint> detach(final String idOrContainerId) {
        return answered(desired.detach(idOrContainerId));
    }

    @Override
    public CompletableFuture<Endpoint> patch(
            final String idOrContainerId,
            final Map<String, Optional<String>> labels,
            final Optional<List<NamedPort>> ports) {
        return answered(desired.patch(idOrContainerId, labels, ports));
    }

    @Override
    public Snapshot snapshot() {
        return desired.snapshot();
    }

    private <T> CompletableFuture<T> answered(final CompletableFuture<T> done) {
        final Executor executor = loop.inEventLoop() ? loop : workers;
        return done.whenCompleteAsync((result, failure) -> {}, executor);
    }
}
