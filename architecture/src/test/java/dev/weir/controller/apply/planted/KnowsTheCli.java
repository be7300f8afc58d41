package dev.weir.controller.apply.planted;

import dev.weir.controller.cli.Cli;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsTheCli {
    static final Class<?> NEIGHBOUR = Cli.class;
}
