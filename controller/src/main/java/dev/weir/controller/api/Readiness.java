package dev.weir.controller.api;

import java.util.List;

/** What {@code /readyz} asks; called on the event loop, so it must not block. */
@FunctionalInterface
public interface Readiness {
    /** What the agent still waits for, in words for people; empty when it is ready. */
    List<String> waitingFor();
}
