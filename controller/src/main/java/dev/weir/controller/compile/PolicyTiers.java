package dev.weir.controller.compile;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicySpec;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The policies that judge an endpoint in one direction, audited ones among them, in the order in
 * which they are asked: the first rule of {@code admin} that matches decides, or passes on to the
 * next tier; {@code networkPolicies}, if there are any, always decide; else {@code baseline} does
 * as {@code admin}.
 *
 * @param admin with rules for the direction; by priority, then name
 * @param networkPolicies with the policy type; by namespace and name
 * @param baseline as {@code admin}
 */
public record PolicyTiers(
        List<ClusterNetworkPolicy> admin,
        List<NetworkPolicy> networkPolicies,
        List<ClusterNetworkPolicy> baseline) {
    public PolicyTiers {
        admin = List.copyOf(admin);
        networkPolicies = List.copyOf(networkPolicies);
        baseline = List.copyOf(baseline);
    }

    /** Finds them by reading every policy. */
    public static PolicyTiers of(
            final DesiredState desired, final EndpointSpec own, final Direction direction) {
        final List<ClusterNetworkPolicy> cluster = new ArrayList<>();
        for (final ClusterNetworkPolicy policy : inOrder(desired)) {
            if (!policy.spec().rules(direction).isEmpty()
                    && selects(policy.spec().subject(), own, desired)) {
                cluster.add(policy);
            }
        }
        return new PolicyTiers(
                of(cluster, ClusterPolicySpec.Tier.ADMIN),
                desired.policies().values().stream()
                        .filter(policy -> policy.meta().namespace().equals(own.namespace()))
                        .filter(policy -> policy.spec().policyTypes().contains(direction))
                        .filter(policy -> policy.spec().podSelector().matches(own.labels()))
                        .toList(),
                of(cluster, ClusterPolicySpec.Tier.BASELINE));
    }

    private static List<ClusterNetworkPolicy> of(
            final List<ClusterNetworkPolicy> policies, final ClusterPolicySpec.Tier tier) {
        return policies.stream().filter(policy -> policy.spec().tier() == tier).toList();
    }

    private static boolean selects(
            final SelectorPeer subject, final EndpointSpec own, final DesiredState desired) {
        return subject.namespaces()
                        .orElse(LabelSelector.EVERYTHING)
                        .matches(desired.namespaceLabels(own.namespace()))
                && subject.pods().orElse(LabelSelector.EVERYTHING).matches(own.labels());
    }

    /** All cluster policies, by tier, priority, and where those are equal by name. */
    static List<ClusterNetworkPolicy> inOrder(final DesiredState desired) {
        final List<ClusterNetworkPolicy> policies =
                new ArrayList<>(desired.clusterPolicies().values());
        policies.sort(
                Comparator.comparing((ClusterNetworkPolicy policy) -> policy.spec().tier())
                        .thenComparing(policy -> policy.spec().priority())
                        .thenComparing(ClusterNetworkPolicy::key));
        return policies;
    }
}
