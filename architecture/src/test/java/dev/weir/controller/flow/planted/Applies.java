package dev.weir.controller.flow.planted;

import dev.weir.controller.apply.Desired;

/** Breaks a rule, to show that the rule can see it. */
public final class Applies {
    static final Class<?> NEIGHBOUR = Desired.class;
}
