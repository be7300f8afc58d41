package dev.weir.controller.apply.planted;

import io.netty.buffer.ByteBuf;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsNetty {
    static final Class<?> NEIGHBOUR = ByteBuf.class;
}
