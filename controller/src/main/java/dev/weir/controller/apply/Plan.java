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
record Plan(Model next, CompiledState compiled, StateDiff diff) {
    /** True when the tables need not change. */
    boolean isEmpty() {
        return diff.rows().isEmpty()
                && diff.staleRows().isEmpty()
                && diff.peers().isEmpty()
                && diff.stalePeers().isEmpty()
                && diff.cidrs().isEmpty()
                && diff.staleCidrs().isEmpty()
                && diff.words().isEmpty()
                && diff.staleEndpoints().isEmpty();
    }
}
