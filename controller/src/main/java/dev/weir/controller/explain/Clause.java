package dev.weir.controller.explain;

import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.controller.policy.PolicyText;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A rule that is asked, whatever kind of policy it stands in.
 *
 * @param kind of the policy
 * @param policy {@code namespace/name}, or the name of a cluster-wide one
 * @param namespace of the policy; empty for a cluster-wide one
 * @param rule {@code ingress[0]}
 * @param tier {@code Admin}, {@code NetworkPolicy} or {@code Baseline}, in this order
 * @param action {@code Accept}, {@code Deny} or {@code Pass}
 * @param audit the policy only counts what it would deny
 * @param words the rule as people say it
 * @param peers empty = everyone
 * @param ports empty = every protocol and port
 */
public record Clause(
        String kind,
        String policy,
        String namespace,
        String rule,
        String tier,
        ClusterPolicyRule.Action action,
        boolean audit,
        String words,
        List<PolicyPeer> peers,
        List<PolicyPort> ports) {
    public Clause {
        peers = List.copyOf(peers);
        ports = List.copyOf(ports);
    }

    /** The rule that a number of the datapath stands for; empty for a policy's isolation. */
    public static Optional<Clause> of(final DesiredState desired, final RuleRef rule) {
        final List<Clause> clauses;
        if (rule.kind().equals(NetworkPolicyParser.KIND)) {
            final NetworkPolicy policy =
                    desired.policies().get(rule.namespace() + "/" + rule.name());
            clauses = policy == null ? List.of() : of(policy, rule.direction());
        } else {
            final ClusterNetworkPolicy policy = desired.clusterPolicies().get(rule.name());
            clauses = policy == null ? List.of() : of(policy, rule.direction());
        }
        return rule.index() >= 0 && rule.index() < clauses.size()
                ? Optional.of(clauses.get(rule.index()))
                : Optional.empty();
    }

    static List<Clause> of(final NetworkPolicy policy, final Direction direction) {
        final List<Clause> clauses = new ArrayList<>();
        for (final PolicyRule rule : policy.spec().rules(direction)) {
            clauses.add(
                    new Clause(
                            NetworkPolicyParser.KIND,
                            policy.key(),
                            policy.meta().namespace(),
                            place(direction, clauses.size()),
                            NetworkPolicyParser.KIND,
                            ClusterPolicyRule.Action.ACCEPT,
                            policy.audit(),
                            PolicyText.rule(rule, direction, policy.meta().namespace()),
                            rule.peers(),
                            rule.ports()));
        }
        return clauses;
    }

    static List<Clause> of(final ClusterNetworkPolicy policy, final Direction direction) {
        final List<Clause> clauses = new ArrayList<>();
        for (final ClusterPolicyRule rule : policy.spec().rules(direction)) {
            clauses.add(
                    new Clause(
                            ClusterNetworkPolicyParser.KIND,
                            policy.key(),
                            "",
                            place(direction, clauses.size()),
                            policy.spec().tier().text(),
                            rule.action(),
                            policy.audit(),
                            PolicyText.rule(rule, direction),
                            rule.peers(),
                            rule.ports()));
        }
        return clauses;
    }

    private static String place(final Direction direction, final int index) {
        return direction.name().toLowerCase(Locale.ROOT) + "[" + index + "]";
    }
}
