package dev.weir.controller.api.http;

import java.util.concurrent.CompletableFuture;

/** Answers one route. What it throws, or its future holds, {@link ApiErrors} makes an answer of. */
@FunctionalInterface
public interface Handler {
    /** Called on a worker thread, or on the event loop where the route says so. */
    CompletableFuture<? extends Response> handle(Request request);
}
