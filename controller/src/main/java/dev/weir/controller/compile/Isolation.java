package dev.weir.controller.compile;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicySpec;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * The policies that select a workload.
 *
 * @param ingress NetworkPolicies with policy type Ingress, in the order of their keys
 * @param egress NetworkPolicies with policy type Egress, in the order of their keys
 * @param cluster ClusterNetworkPolicies in the order in which they decide
 */
record Isolation(
        List<NetworkPolicy> ingress,
        List<NetworkPolicy> egress,
        List<ClusterNetworkPolicy> cluster) {
    Isolation() {
        this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    List<NetworkPolicy> policies(final Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    /** At least one policy denies what none allows. */
    boolean isEnforced(final Direction direction) {
        return policies(direction).stream().anyMatch(policy -> !policy.audit());
    }

    /** Those of a tier that say something about a direction. */
    List<ClusterNetworkPolicy> cluster(
            final ClusterPolicySpec.Tier tier, final Direction direction) {
        return cluster.stream()
                .filter(policy -> policy.spec().tier() == tier)
                .filter(policy -> !policy.spec().rules(direction).isEmpty())
                .toList();
    }

    /**
     * True when there is something to audit: next to an enforcing NetworkPolicy audited ones could
     * only allow more, and they are to change nothing.
     */
    boolean isAudited(final Direction direction) {
        return !isEnforced(direction) && !policies(direction).isEmpty()
                || cluster.stream()
                        .anyMatch(
                                policy ->
                                        policy.audit()
                                                && !policy.spec().rules(direction).isEmpty());
    }

    /** The NetworkPolicies whose rules count. */
    List<NetworkPolicy> inForce(final Direction direction) {
        return isAudited(direction)
                ? policies(direction)
                : policies(direction).stream().filter(policy -> !policy.audit()).toList();
    }
}
