package dev.weir.controller.compile;

import dev.weir.controller.identity.StableNumbers;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.dataplane.layout.Direction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers every rule of every policy, whether it has rows just now or not: a rule that comes back
 * into force goes on counting where it stopped.
 */
final class RuleNumbers {
    /** Index of the isolation that an audited policy would bring. */
    static final int ISOLATION = -1;

    private final StableNumbers numbers;
    private final SortedMap<Integer, RuleRef> refs = new TreeMap<>();
    private final Map<Place, Integer> byPlace = new HashMap<>();

    RuleNumbers(final DesiredState desired, final Numbering previous, final int capacity) {
        numbers = new StableNumbers(previous.rules(), 1, capacity, previous.nextRule());
        for (final NetworkPolicy policy : desired.policies().values()) {
            for (final Direction direction : Direction.values()) {
                if (policy.spec().policyTypes().contains(direction)) {
                    number(policy, direction);
                }
            }
        }
    }

    private void number(final NetworkPolicy policy, final Direction direction) {
        final List<PolicyRule> rules = policy.spec().rules(direction);
        for (int index = 0; index < rules.size(); index++) {
            number(policy, direction, index, rules.get(index).toString());
        }
        if (policy.audit()) {
            number(policy, direction, ISOLATION, "isolation");
        }
    }

    private void number(
            final NetworkPolicy policy,
            final Direction direction,
            final int index,
            final String content) {
        final String word = direction.name().toLowerCase(Locale.ROOT);
        final String key =
                String.join(
                        "/",
                        NetworkPolicyParser.KIND,
                        policy.key(),
                        word,
                        Integer.toString(index),
                        Digest.of(content));
        final int number = numbers.of(key);
        byPlace.put(new Place(policy.key(), direction, index), number);
        refs.put(
                number,
                new RuleRef(
                        number,
                        NetworkPolicyParser.KIND,
                        policy.meta().namespace(),
                        policy.meta().name(),
                        direction,
                        index,
                        index == ISOLATION ? word : word + "[" + index + "]"));
    }

    int of(final NetworkPolicy policy, final Direction direction, final int index) {
        return byPlace.get(new Place(policy.key(), direction, index));
    }

    SortedMap<Integer, RuleRef> refs() {
        return refs;
    }

    StableNumbers numbers() {
        return numbers;
    }

    private record Place(String policy, Direction direction, int index) {}
}
