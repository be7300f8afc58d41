package dev.weir.controller.apply;

import dev.weir.controller.compile.Compilation;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.StateDiff;

/**
 * A change that fits: what comes next, and what must be written for it.
 *
 * @param next desired state, with all that is kept of each object
 * @param desired what the compiler knows of it
 * @param compilation of it
 * @param diff from what the tables hold
 */
record Plan(Model next, DesiredState desired, Compilation compilation, StateDiff diff) {
    /** What the tables are to hold. */
    CompiledState compiled() {
        return compilation.state();
    }
}
