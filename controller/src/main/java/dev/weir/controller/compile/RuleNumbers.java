package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.compile.NumberedRules.OfPolicy;
import dev.weir.controller.identity.StableNumbers;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Numbers every rule of every policy, whether it has rows just now or not: a rule that comes back
 * into force goes on counting where it stopped. Policies that are the same object as before are not
 * looked into.
 */
final class RuleNumbers {
    private final NumberedRules before;
    private final StableNumbers numbers;
    private final ArrayMap.Editor<Integer, RuleRef> refs;
    private final Map<String, OfPolicy> byPolicy = new HashMap<>();

    RuleNumbers(
            final DesiredState desired,
            final NumberedRules before,
            final Numbering previous,
            final int capacity) {
        this.before = before;
        numbers =
                new StableNumbers(
                        previous.rules(), before.numbers(), 1, capacity, previous.nextRule());
        refs = before.refs().edit();
        desired.policies().values().forEach(this::take);
        desired.clusterPolicies().values().forEach(this::take);
        before.byPolicy().forEach(this::forget);
        for (final Direction direction : Direction.values()) {
            for (final NetworkPolicy policy : desired.policies().values()) {
                if (isNew(policy)) {
                    number(policy, direction);
                }
            }
            for (final ClusterNetworkPolicy policy : desired.clusterPolicies().values()) {
                if (isNew(policy)) {
                    number(policy, direction);
                }
            }
        }
    }

    private boolean isNew(final ApiObject policy) {
        final OfPolicy old = before.byPolicy().get(policy.key());
        return old == null || old.policy() != policy;
    }

    private void take(final ApiObject policy) {
        byPolicy.put(
                policy.key(),
                isNew(policy)
                        ? new OfPolicy(
                                policy,
                                new ArrayList<>(),
                                List.of(new ArrayList<>(), new ArrayList<>()))
                        : before.byPolicy().get(policy.key()));
    }

    private void forget(final String policy, final OfPolicy rules) {
        if (byPolicy.get(policy) != rules) {
            for (final String key : rules.keys()) {
                refs.remove(before.numbers().get(key));
                numbers.forget(key);
            }
        }
    }

    private void number(final NetworkPolicy policy, final Direction direction) {
        final List<PolicyRule> rules =
                policy.spec().policyTypes().contains(direction)
                        ? policy.spec().rules(direction)
                        : List.of();
        final List<Integer> ofPolicy = start(policy, direction);
        for (int index = 0; index < rules.size(); index++) {
            ofPolicy.add(number(policy, direction, index, "", rules.get(index).toString()));
        }
        if (policy.audit() && policy.spec().policyTypes().contains(direction)) {
            ofPolicy.set(0, number(policy, direction, NumberedRules.ISOLATION, "", "isolation"));
        }
    }

    private void number(final ClusterNetworkPolicy policy, final Direction direction) {
        final List<ClusterPolicyRule> rules = policy.spec().rules(direction);
        final List<Integer> ofPolicy = start(policy, direction);
        for (int index = 0; index < rules.size(); index++) {
            final ClusterPolicyRule rule = rules.get(index);
            ofPolicy.add(number(policy, direction, index, rule.name(), rule.toString()));
        }
    }

    /** The first place is the isolation's, which most policies do not number. */
    private List<Integer> start(final ApiObject policy, final Direction direction) {
        final List<Integer> list = byPolicy.get(policy.key()).numbers().get(direction.ordinal());
        list.add(0);
        return list;
    }

    private int number(
            final ApiObject policy,
            final Direction direction,
            final int index,
            final String title,
            final String content) {
        final String kind =
                policy instanceof NetworkPolicy
                        ? NetworkPolicyParser.KIND
                        : ClusterNetworkPolicyParser.KIND;
        final String word = direction.name().toLowerCase(Locale.ROOT);
        final String key =
                String.join(
                        "/", kind, policy.key(), word, Integer.toString(index), Digest.of(content));
        final int number = numbers.of(key);
        byPolicy.get(policy.key()).keys().add(key);
        refs.put(
                number,
                new RuleRef(
                        number,
                        kind,
                        policy.meta().namespace(),
                        policy.meta().name(),
                        direction,
                        index,
                        index == NumberedRules.ISOLATION ? word : word + "[" + index + "]",
                        title));
        return number;
    }

    NumberedRules rules() {
        return new NumberedRules(byPolicy, numbers.current(), refs.build());
    }

    /** Where the next search for a free number begins. */
    int next() {
        return numbers.next();
    }
}
