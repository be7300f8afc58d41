package dev.weir.controller.planted.two;

import dev.weir.controller.planted.one.First;

/** Breaks a rule, to show that the rule can see it. */
public final class Second {
    static final Class<?> NEIGHBOUR = First.class;
}
