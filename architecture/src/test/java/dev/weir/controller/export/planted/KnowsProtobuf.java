package dev.weir.controller.export.planted;

import com.google.protobuf.MessageLite;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsProtobuf {
    static final Class<?> NEIGHBOUR = MessageLite.class;
}
