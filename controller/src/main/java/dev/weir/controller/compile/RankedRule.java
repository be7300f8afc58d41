package dev.weir.controller.compile;

import dev.weir.dataplane.layout.RowVerdict;

/**
 * A rule at its place among those that judge an endpoint in a direction.
 *
 * @param number in the datapath
 * @param verdict ALLOW, DENY, or NONE for one that passes on to the next tier
 * @param tier it is of
 * @param precedence the smaller decides
 * @param audited its policy enforces nothing
 */
record RankedRule(int number, RowVerdict verdict, Tier tier, int precedence, boolean audited) {
    /** Where a rule stands against those of other kinds; the first to say something decides. */
    enum Tier {
        /** ClusterNetworkPolicies before the NetworkPolicies. */
        ADMIN(1),
        /** NetworkPolicies: what none of them allows is denied. */
        NETWORK_POLICY(0x0100_0000),
        /** ClusterNetworkPolicies for what no NetworkPolicy isolates. */
        BASELINE(0x0200_0000);

        private final int firstPrecedence;

        Tier(final int firstPrecedence) {
            this.firstPrecedence = firstPrecedence;
        }

        int firstPrecedence() {
            return firstPrecedence;
        }
    }

    boolean passes() {
        return verdict == RowVerdict.NONE;
    }
}
