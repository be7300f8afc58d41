package dev.weir.controller.store.planted;

import dev.weir.controller.endpoint.Endpoint;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsEndpoints {
    static final Class<?> NEIGHBOUR = Endpoint.class;
}
