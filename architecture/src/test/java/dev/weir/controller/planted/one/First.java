package dev.weir.controller.planted.one;

import dev.weir.controller.planted.two.Second;

/** Breaks a rule, to show that the rule can see it. */
public final class First {
    static final Class<?> NEIGHBOUR = Second.class;
}
