package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.store.ObjectKind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** NetworkPolicies. */
record PolicyStore(Desired desired) implements ObjectStore {
    @Override
    public Kind kind() {
        return Kind.NETWORK_POLICY;
    }

    @Override
    public Optional<JsonNode> find(final Key key) {
        return Optional.ofNullable(
                        desired.snapshot()
                                .desired()
                                .policies()
                                .get(key.namespace() + "/" + key.name()))
                .map(NetworkPolicy::json);
    }

    @Override
    public boolean written(final Key key) {
        return find(key).isPresent();
    }

    @Override
    public List<JsonNode> list(final String namespace) {
        return desired.snapshot().desired().policies().values().stream()
                .filter(
                        policy ->
                                namespace.isEmpty() || policy.meta().namespace().equals(namespace))
                .map(NetworkPolicy::json)
                .toList();
    }

    @Override
    public CompletableFuture<JsonNode> put(
            final ObjectNode object, final Precondition precondition) {
        return desired.putPolicy(NetworkPolicyParser.parse(object), precondition)
                .thenApply(result -> result.object().json());
    }

    @Override
    public CompletableFuture<JsonNode> delete(final Key key, final Precondition precondition) {
        return desired.change(
                        List.of(
                                ObjectChange.remove(
                                        ObjectKind.NETWORK_POLICY,
                                        key.namespace() + "/" + key.name(),
                                        precondition)))
                .thenApply(results -> results.get(0).object().json());
    }
}
