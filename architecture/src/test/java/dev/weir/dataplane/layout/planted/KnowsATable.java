package dev.weir.dataplane.layout.planted;

import dev.weir.dataplane.table.PolicyKey;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsATable {
    static final Class<?> NEIGHBOUR = PolicyKey.class;
}
