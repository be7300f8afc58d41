package dev.weir.controller.apply;

import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a container runtime asks: endpoints by container and interface. From any thread. */
public interface ContainerEndpoints {
    /** As {@link Desired#attach}. */
    CompletableFuture<Endpoint> attach(AttachRequest request);

    /**
     * Detaches if it is there.
     *
     * @param netns only if it was attached by this path; empty: whatever it was attached by
     * @return the endpoint as it was; empty if there was none
     */
    CompletableFuture<Optional<Endpoint>> detach(
            String containerId, String containerInterface, String netns);

    /**
     * Compares the endpoint with the kernel: what is wrong, in words, naming hooks and tables;
     * empty if nothing is.
     */
    CompletableFuture<List<String>> check(String containerId, String containerInterface);

    /** What is in force now. */
    Snapshot snapshot();
}
