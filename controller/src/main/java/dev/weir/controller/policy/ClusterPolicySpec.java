package dev.weir.controller.policy;

import dev.weir.dataplane.layout.Direction;
import java.util.List;

/**
 * The {@code spec} of a ClusterNetworkPolicy.
 *
 * @param tier before or after the NetworkPolicies
 * @param priority 0-1000 within the tier; the smaller goes first
 * @param subject the pods it is for; always with a namespace selector
 * @param ingress rules in order; the first that matches decides
 * @param egress rules in order; the first that matches decides
 */
public record ClusterPolicySpec(
        Tier tier,
        int priority,
        SelectorPeer subject,
        List<ClusterPolicyRule> ingress,
        List<ClusterPolicyRule> egress) {
    /** Where a policy stands against the NetworkPolicies. */
    public enum Tier {
        /** Before them. */
        ADMIN("Admin"),
        /** After them: for pods that none of them isolates. */
        BASELINE("Baseline");

        private final String text;

        Tier(final String text) {
            this.text = text;
        }

        /** As Kubernetes spells it. */
        public String text() {
            return text;
        }
    }

    public ClusterPolicySpec {
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    /** The rules of one direction; none = the policy says nothing about that direction. */
    public List<ClusterPolicyRule> rules(final Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }
}
