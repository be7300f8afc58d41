package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.store.ObjectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * Namespaces. Each valid name exists; one that was never written has its implied label and nothing
 * else. Lists hold those that were written or are in use, and {@code default}.
 */
record NamespaceStore(Desired desired) implements ObjectStore {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    @Override
    public Kind kind() {
        return Kind.NAMESPACE;
    }

    @Override
    public Optional<JsonNode> find(final Key key) {
        final Namespace namespace = desired.snapshot().namespaces().get(key.name());
        if (namespace != null) {
            return Optional.of(namespace.json());
        }
        return NAME.matcher(key.name()).matches()
                ? Optional.of(implied(key.name()))
                : Optional.empty();
    }

    @Override
    public boolean written(final Key key) {
        return desired.snapshot().namespaces().containsKey(key.name());
    }

    @Override
    public List<JsonNode> list(final String ignored) {
        final Snapshot snapshot = desired.snapshot();
        final SortedSet<String> names = new TreeSet<>(snapshot.namespaces().keySet());
        names.add("default");
        snapshot.endpoints().values().forEach(endpoint -> names.add(endpoint.namespace()));
        snapshot.desired()
                .policies()
                .values()
                .forEach(policy -> names.add(policy.meta().namespace()));
        final List<JsonNode> all = new ArrayList<>(names.size());
        for (final String name : names) {
            final Namespace written = snapshot.namespaces().get(name);
            all.add(written == null ? implied(name) : written.json());
        }
        return all;
    }

    @Override
    public CompletableFuture<JsonNode> put(
            final ObjectNode object, final Precondition precondition) {
        return desired.putNamespace(NamespaceParser.parse(object), precondition)
                .thenApply(result -> result.object().json());
    }

    @Override
    public CompletableFuture<JsonNode> delete(final Key key, final Precondition precondition) {
        return desired.change(
                        List.of(
                                ObjectChange.remove(
                                        ObjectKind.NAMESPACE, key.name(), precondition)))
                .thenApply(results -> results.get(0).object().json());
    }

    private static ObjectNode implied(final String name) {
        final ObjectNode object = Json.object().put("kind", "Namespace").put("apiVersion", "v1");
        final ObjectNode metadata = object.putObject("metadata").put("name", name);
        metadata.putObject("labels").put(Namespace.NAME_LABEL, name);
        object.putObject("spec").putArray("finalizers").add("kubernetes");
        object.putObject("status").put("phase", "Active");
        return object;
    }
}
