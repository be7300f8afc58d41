package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.apply.ChangeLog.Change;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Precondition;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.policy.ApiObject;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * All objects of one kind. Reads are of the state in force; writes complete when they are.
 *
 * @param parse checks an object and fills in defaults
 */
record ObjectStore(Kind kind, Desired desired, Function<JsonNode, ApiObject> parse) {
    /** How many changes a list of an older state may be away from the newest. */
    private static final int MOST_CHANGES = Integer.MAX_VALUE;

    /** The object as it is returned; not to be changed. */
    Optional<JsonNode> find(final Key key) {
        final Snapshot snapshot = desired.snapshot();
        final ApiObject object = snapshot.objects(kind.stored()).get(key.text());
        if (object != null) {
            return Optional.of(object.json());
        }
        return kind.equals(Kind.NAMESPACE)
                ? UnwrittenNamespaces.find(snapshot, key.name())
                : Optional.empty();
    }

    /** True when the object is there because it was written, not only by implication. */
    boolean written(final Key key) {
        return desired.snapshot().objects(kind.stored()).containsKey(key.text());
    }

    /** Every object of {@code namespace} (empty: of all), by key. */
    SortedMap<String, JsonNode> list(final Snapshot snapshot, final String namespace) {
        final SortedMap<String, JsonNode> objects = new TreeMap<>();
        final SortedMap<String, ? extends ApiObject> all = snapshot.objects(kind.stored());
        // Behind '/' comes '0': all that begins with the namespace and a slash.
        (namespace.isEmpty() ? all : all.subMap(namespace + "/", namespace + "0"))
                .forEach((key, object) -> objects.put(key, object.json()));
        if (kind.equals(Kind.NAMESPACE)) {
            snapshot.impliedNamespaces()
                    .forEach((name, implied) -> objects.put(name, implied.json()));
        }
        return objects;
    }

    /**
     * The same as it was at {@code version}: what has changed since then is taken back.
     *
     * @throws ApiException 410 when the changes since then are not all known any more
     */
    SortedMap<String, JsonNode> listAt(
            final Snapshot snapshot, final String namespace, final long version) {
        final SortedMap<String, JsonNode> objects = list(snapshot, namespace);
        if (version == snapshot.resourceVersion()) {
            return objects;
        }
        final List<Change> changes =
                desired.changes()
                        .after(version, MOST_CHANGES)
                        .orElseThrow(() -> Versions.expired(version));
        for (int i = changes.size() - 1; i >= 0; i--) {
            final Change change = changes.get(i);
            if (change.version() > snapshot.resourceVersion() || !concerns(change, namespace)) {
                continue;
            }
            if (change.before() == null) {
                objects.remove(change.key());
            } else {
                objects.put(change.key(), change.before());
            }
        }
        return objects;
    }

    /** True for a change of an object of this kind in {@code namespace} (empty: in any). */
    boolean concerns(final Change change, final String namespace) {
        return change.kind() == kind.stored()
                && (namespace.isEmpty() || change.key().startsWith(namespace + "/"));
    }

    /**
     * Writes.
     *
     * @param object complete, with the name and namespace of its path
     */
    CompletableFuture<JsonNode> put(final ApiObject object, final Precondition precondition) {
        final ObjectChange change = ObjectChange.put(kind.stored(), object, precondition);
        return desired.change(List.of(change)).thenApply(all -> all.get(0).object().json());
    }

    /** Gives the object as it was. */
    CompletableFuture<JsonNode> delete(final Key key, final Precondition precondition) {
        final ObjectChange change = ObjectChange.remove(kind.stored(), key.text(), precondition);
        return desired.change(List.of(change)).thenApply(all -> all.get(0).object().json());
    }
}
