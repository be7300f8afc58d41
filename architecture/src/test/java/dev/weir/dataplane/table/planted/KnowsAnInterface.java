package dev.weir.dataplane.table.planted;

import dev.weir.dataplane.netlink.NetworkLink;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsAnInterface {
    static final Class<?> NEIGHBOUR = NetworkLink.class;
}
