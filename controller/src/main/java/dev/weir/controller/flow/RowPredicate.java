package dev.weir.controller.flow;

/** Looks at a row of the ledger, which is its own for the length of the call. */
@FunctionalInterface
interface RowPredicate {
    boolean test(FlowRow flow);
}
