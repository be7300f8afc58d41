package dev.weir.controller.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What {@code GET /v1/status} answers; called on a worker thread. */
@FunctionalInterface
public interface StatusSource {
    /** The whole answer, made anew for each call. */
    ObjectNode read();
}
