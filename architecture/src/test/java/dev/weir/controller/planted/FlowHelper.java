package dev.weir.controller.planted;

/** Breaks a rule, to show that the rule can see it. */
public final class FlowHelper {}
