package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.policy.ApiObject;
import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Map;

/**
 * The rules of all policies and their numbers; immutable.
 *
 * @param byPolicy by the policy's key: only one kind's have a slash
 * @param numbers by the key of the rule, for the next run of the agent
 * @param refs what each number stands for
 */
record NumberedRules(
        Map<String, OfPolicy> byPolicy,
        ArrayMap<String, Integer> numbers,
        ArrayMap<Integer, RuleRef> refs) {
    /** Index of the isolation that an audited policy would bring. */
    static final int ISOLATION = -1;

    static final NumberedRules NONE =
            new NumberedRules(Map.of(), ArrayMap.empty(), ArrayMap.empty());

    /**
     * One policy's.
     *
     * @param policy as long as it is this very object, the rest holds
     * @param keys of all its rules
     * @param numbers by direction, then by {@code index + 1}
     */
    record OfPolicy(ApiObject policy, List<String> keys, List<List<Integer>> numbers) {}

    /**
     * @param index of the rule, or {@link #ISOLATION}
     */
    int of(final ApiObject policy, final Direction direction, final int index) {
        return byPolicy.get(policy.key()).numbers.get(direction.ordinal()).get(index + 1);
    }
}
