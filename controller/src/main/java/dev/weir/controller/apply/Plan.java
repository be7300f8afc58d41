package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.StateDiff;

/**
 * A change that fits: what comes next, and what must be written for it.
 *
 * @param next desired state
 * @param compiled of it
 * @param diff from what the tables hold
 */
record Plan(Model next, CompiledState compiled, StateDiff diff) {}
