package dev.weir.controller.flow;

import java.util.List;
import java.util.Optional;

/** What each container sent, got and was denied since it was attached. Safe for any thread. */
public interface ContainerStatistics {
    /** All attached endpoints by number, from the kernel's counters as they are now. */
    List<ContainerStats> read();

    /** One endpoint; empty if none with that number is attached. */
    Optional<ContainerStats> read(int endpoint);
}
