/**
 * The agent: the only place that wires; its settings, start order and end.
 *
 * <p>Start at {@link dev.weir.controller.app.AgentMain}. Depends on everything below; nobody
 * depends on it.
 */
package dev.weir.controller.app;
