package dev.weir.dataplane.planted;

import dev.weir.controller.Version;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsTheController {
    static final Class<?> NEIGHBOUR = Version.class;
}
