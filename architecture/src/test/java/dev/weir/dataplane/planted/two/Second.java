package dev.weir.dataplane.planted.two;

import dev.weir.dataplane.planted.one.First;

/** Breaks a rule, to show that the rule can see it. */
public final class Second {
    static final Class<?> NEIGHBOUR = First.class;
}
