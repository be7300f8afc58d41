package dev.weir.controller.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletableFuture;

/**
 * What answers {@code POST /v1/cni}; must not block; called on, and may complete on, any thread.
 */
public interface CniService {
    /**
     * Carries out one verb.
     *
     * @param request {@code command}, {@code containerId}, {@code netns}, {@code ifname}, {@code
     *     args}, {@code path}, {@code config}
     */
    CompletableFuture<Reply> call(ObjectNode request);

    /**
     * What the plugin prints.
     *
     * @param failed true when {@code body} is a CNI error ({@code cniVersion}, {@code code}, {@code
     *     msg}, {@code details})
     * @param body null where the verb prints nothing
     */
    record Reply(boolean failed, ObjectNode body) {}
}
