package dev.weir.controller.explain;

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

/**
 * A rule that is asked, whatever kind of policy it stands in.
 *
 * @param kind of the policy
 * @param policy {@code namespace/name}, or the name of a cluster-wide one
 * @param namespace of the policy
 * @param index in the policy's list of this direction
 * @param rule {@code ingress[0]}
 * @param words the rule as people say it
 * @param peers empty = everyone
 * @param ports empty = every protocol and port
 */
record Clause(
        String kind,
        String policy,
        String namespace,
        int index,
        String rule,
        String words,
        List<PolicyPeer> peers,
        List<PolicyPort> ports) {
    static List<Clause> of(final NetworkPolicy policy, final Direction direction) {
        final List<Clause> clauses = new ArrayList<>();
        final String word = direction.name().toLowerCase(Locale.ROOT);
        for (final PolicyRule rule : policy.spec().rules(direction)) {
            clauses.add(
                    new Clause(
                            NetworkPolicyParser.KIND,
                            policy.key(),
                            policy.meta().namespace(),
                            clauses.size(),
                            word + "[" + clauses.size() + "]",
                            PolicyText.rule(rule, direction, policy.meta().namespace()),
                            rule.peers(),
                            rule.ports()));
        }
        return clauses;
    }
}
