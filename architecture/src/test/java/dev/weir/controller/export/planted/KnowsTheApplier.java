package dev.weir.controller.export.planted;

import dev.weir.controller.apply.Desired;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsTheApplier {
    static final Class<?> NEIGHBOUR = Desired.class;
}
