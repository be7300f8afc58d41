package dev.weir.controller.apply.planted;

import dev.weir.controller.api.HttpServer;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsTheApi {
    static final Class<?> NEIGHBOUR = HttpServer.class;
}
