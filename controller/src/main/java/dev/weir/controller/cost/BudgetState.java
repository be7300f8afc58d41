package dev.weir.controller.cost;

import java.util.List;

/**
 * Where the agent stands with its budget.
 *
 * @param cpuCores mean of the last half minute, in cores
 * @param cpuLimitCores 0 = none
 * @param memoryBytes resident
 * @param memoryLimitBytes 0 = none
 * @param shed work that is left undone now, in the order it was shed
 * @param optional all work that can be shed, in the order it would be
 * @param changes how often work was shed
 */
public record BudgetState(
        double cpuCores,
        double cpuLimitCores,
        long memoryBytes,
        long memoryLimitBytes,
        List<String> shed,
        List<String> optional,
        long changes) {
    /** No budget is set, and nothing was measured. */
    public static final BudgetState NONE = new BudgetState(0, 0, 0, 0, List.of(), List.of(), 0);

    public BudgetState {
        shed = List.copyOf(shed);
        optional = List.copyOf(optional);
    }
}
