package dev.weir.controller.identity.planted;

import dev.weir.controller.compile.CompiledState;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsTheCompiler {
    static final Class<?> NEIGHBOUR = CompiledState.class;
}
