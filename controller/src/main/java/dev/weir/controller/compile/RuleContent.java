package dev.weir.controller.compile;

import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.RowVerdict;
import java.util.List;

/**
 * What a rule of a policy of either kind says.
 *
 * @param verdict ALLOW, DENY, or NONE for one that passes on to the next tier
 * @param peers empty = any peer
 * @param ports empty = everything
 */
record RuleContent(RowVerdict verdict, List<PolicyPeer> peers, List<PolicyPort> ports) {
    /** The rules of a policy, in order. */
    static List<RuleContent> of(final ApiObject policy, final Direction direction) {
        return policy instanceof NetworkPolicy network
                ? network.spec().rules(direction).stream()
                        .map(rule -> new RuleContent(RowVerdict.ALLOW, rule.peers(), rule.ports()))
                        .toList()
                : ((ClusterNetworkPolicy) policy)
                        .spec().rules(direction).stream()
                                .map(
                                        rule ->
                                                new RuleContent(
                                                        verdict(rule.action()),
                                                        rule.peers(),
                                                        rule.ports()))
                                .toList();
    }

    private static RowVerdict verdict(final ClusterPolicyRule.Action action) {
        return switch (action) {
            case ACCEPT -> RowVerdict.ALLOW;
            case DENY -> RowVerdict.DENY;
            case PASS -> RowVerdict.NONE;
        };
    }
}
