package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Precondition;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** All objects of one kind. Reads are of the state in force; writes complete when they are. */
interface ObjectStore {
    Kind kind();

    /** Where the objects are. */
    Desired desired();

    /** The object as it is returned; not to be changed. */
    Optional<JsonNode> find(Key key);

    /** True when the object is there because it was written, not only by implication. */
    boolean written(Key key);

    /** Every object of {@code namespace} (empty: of all), by namespace and name. */
    List<JsonNode> list(String namespace);

    /** {@code resourceVersion} of the state that {@link #list} gives. */
    default long resourceVersion() {
        return desired().snapshot().resourceVersion();
    }

    /**
     * Checks and writes.
     *
     * @param object complete, with the name and namespace of its path
     */
    CompletableFuture<JsonNode> put(ObjectNode object, Precondition precondition);

    /** Gives the object as it was. */
    CompletableFuture<JsonNode> delete(Key key, Precondition precondition);
}
