package dev.weir.controller.endpoint.planted;

import dev.weir.dataplane.jni.Errno;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsErrorNumbers {
    static final Class<?> NEIGHBOUR = Errno.class;
}
