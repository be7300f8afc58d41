package dev.weir.controller.compile;

import dev.weir.controller.identity.StableNumbers;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.ObjectMeta;
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
        for (final Direction direction : Direction.values()) {
            for (final NetworkPolicy policy : desired.policies().values()) {
                if (policy.spec().policyTypes().contains(direction)) {
                    number(policy, direction);
                }
            }
            for (final ClusterNetworkPolicy policy : desired.clusterPolicies().values()) {
                number(policy, direction);
            }
        }
    }

    private void number(final NetworkPolicy policy, final Direction direction) {
        final List<PolicyRule> rules = policy.spec().rules(direction);
        for (int index = 0; index < rules.size(); index++) {
            number(place(policy, direction, index), policy.meta(), "", rules.get(index).toString());
        }
        if (policy.audit()) {
            number(place(policy, direction, ISOLATION), policy.meta(), "", "isolation");
        }
    }

    private void number(final ClusterNetworkPolicy policy, final Direction direction) {
        final List<ClusterPolicyRule> rules = policy.spec().rules(direction);
        for (int index = 0; index < rules.size(); index++) {
            final ClusterPolicyRule rule = rules.get(index);
            number(place(policy, direction, index), policy.meta(), rule.name(), rule.toString());
        }
    }

    private void number(
            final Place place, final ObjectMeta meta, final String ruleName, final String content) {
        final String word = place.direction.name().toLowerCase(Locale.ROOT);
        final String key =
                String.join(
                        "/",
                        place.kind,
                        place.policy,
                        word,
                        Integer.toString(place.index),
                        Digest.of(content));
        final int number = numbers.of(key);
        byPlace.put(place, number);
        refs.put(
                number,
                new RuleRef(
                        number,
                        place.kind,
                        meta.namespace(),
                        meta.name(),
                        place.direction,
                        place.index,
                        place.index == ISOLATION ? word : word + "[" + place.index + "]",
                        ruleName));
    }

    int of(final NetworkPolicy policy, final Direction direction, final int index) {
        return byPlace.get(place(policy, direction, index));
    }

    int of(final ClusterNetworkPolicy policy, final Direction direction, final int index) {
        return byPlace.get(place(policy, direction, index));
    }

    private static Place place(
            final NetworkPolicy policy, final Direction direction, final int index) {
        return new Place(NetworkPolicyParser.KIND, policy.key(), direction, index);
    }

    private static Place place(
            final ClusterNetworkPolicy policy, final Direction direction, final int index) {
        return new Place(ClusterNetworkPolicyParser.KIND, policy.key(), direction, index);
    }

    SortedMap<Integer, RuleRef> refs() {
        return refs;
    }

    StableNumbers numbers() {
        return numbers;
    }

    private record Place(String kind, String policy, Direction direction, int index) {}
}
