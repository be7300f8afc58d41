/**
 * REST: the agent's HTTP server over a Unix socket (and TCP when asked for).
 *
 * <p>Start at {@link dev.weir.controller.api.HttpServer}; every route is in one table. Depends on
 * apply, endpoint, policy, lint, compile and flow; nothing but app depends on it.
 */
package dev.weir.controller.api;
