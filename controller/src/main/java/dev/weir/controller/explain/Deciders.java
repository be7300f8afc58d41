package dev.weir.controller.explain;

import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicySpec.Tier;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who may judge an endpoint's traffic of one direction, in the order in which they are asked.
 *
 * @param admin ClusterNetworkPolicies before the others
 * @param enforced NetworkPolicies that isolate it
 * @param audited NetworkPolicies that would isolate it
 * @param baseline ClusterNetworkPolicies that are asked only where nothing isolates it
 */
record Deciders(
        List<ClusterNetworkPolicy> admin,
        List<NetworkPolicy> enforced,
        List<NetworkPolicy> audited,
        List<ClusterNetworkPolicy> baseline) {
    static Deciders of(
            final DesiredState desired, final EndpointSpec own, final Direction direction) {
        return new Deciders(
                tier(desired, own, direction, Tier.ADMIN),
                Isolation.enforced(
                        desired.policies().values(), own.namespace(), own.labels(), direction),
                desired.policies().values().stream()
                        .filter(NetworkPolicy::audit)
                        .filter(policy -> policy.spec().policyTypes().contains(direction))
                        .filter(policy -> Isolation.selects(policy, own.namespace(), own.labels()))
                        .toList(),
                tier(desired, own, direction, Tier.BASELINE));
    }

    private static List<ClusterNetworkPolicy> tier(
            final DesiredState desired,
            final EndpointSpec own,
            final Direction direction,
            final Tier tier) {
        return desired.clusterPolicies().values().stream()
                .filter(policy -> policy.spec().tier() == tier)
                .filter(policy -> !policy.spec().rules(direction).isEmpty())
                .filter(policy -> isSubject(desired, policy.spec().subject(), own))
                .sorted(
                        Comparator.comparingInt(
                                        (ClusterNetworkPolicy policy) -> policy.spec().priority())
                                .thenComparing(ClusterNetworkPolicy::key))
                .toList();
    }

    static boolean isSubject(
            final DesiredState desired, final SelectorPeer subject, final EndpointSpec own) {
        return subject.namespaces()
                        .orElse(LabelSelector.EVERYTHING)
                        .matches(desired.namespaceLabels(own.namespace()))
                && subject.pods().orElse(LabelSelector.EVERYTHING).matches(own.labels());
    }

    /** Keys of the NetworkPolicies that isolate; of those that would, if no other does. */
    List<String> isolating() {
        return (enforced.isEmpty() ? audited : enforced).stream().map(NetworkPolicy::key).toList();
    }

    /** Every rule that may be asked; Baseline is out of reach of what is isolated. */
    List<Clause> clauses(final Direction direction) {
        final List<Clause> clauses = new ArrayList<>();
        admin.forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
        enforced.forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
        if (enforced.isEmpty()) {
            audited.forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
            baseline.forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
        }
        return clauses;
    }
}
