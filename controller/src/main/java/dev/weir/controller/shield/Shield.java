package dev.weir.controller.shield;

import java.util.List;
import java.util.Optional;

/** What the XDP shield does now. Safe for any thread. */
public interface Shield {
    /** All endpoints by number. */
    List<ShieldState> states();

    /** One endpoint; empty if none with that number is attached. */
    Optional<ShieldState> state(int endpoint);
}
