package dev.weir.controller.redirect;

/**
 * Whether frames between this endpoint and others of its bridge are redirected past it.
 *
 * @param on whether they are
 * @param bridge its name; empty where the endpoint is on none
 * @param reason why not; empty when on
 * @param frames redirected to it, as its host veth would have counted them: one of many segments is
 *     one
 * @param bytes of them
 */
public record RedirectedEndpoint(
        boolean on, String bridge, String reason, long frames, long bytes) {}
