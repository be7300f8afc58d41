package dev.weir.controller.flow.planted;

import dev.weir.controller.app.AgentSettings;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsTheApp {
    static final Class<?> NEIGHBOUR = AgentSettings.class;
}
