package dev.weir.controller.api;

/** What {@code GET /v1/status} and {@code /metrics} ask; called on a worker thread. */
@FunctionalInterface
public interface StatusSource {
    /** As it is now. */
    AgentStatus read();
}
