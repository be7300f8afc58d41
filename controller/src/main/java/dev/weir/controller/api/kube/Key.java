package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.Request;

/**
 * Which object a path names.
 *
 * @param namespace empty for kinds without one, and for all namespaces
 * @param name empty for a collection
 */
record Key(String namespace, String name) {
    static Key of(final Request request) {
        return new Key(
                request.parameters().getOrDefault("namespace", ""),
                request.parameters().getOrDefault("name", ""));
    }

    /** As the agent keeps its objects: {@code namespace/name}, or the name. */
    String text() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
