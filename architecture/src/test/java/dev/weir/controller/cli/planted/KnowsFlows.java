package dev.weir.controller.cli.planted;

import dev.weir.controller.flow.FlowRecord;

/** Breaks a rule, to show that the rule can see it. */
public final class KnowsFlows {
    static final Class<?> NEIGHBOUR = FlowRecord.class;
}
