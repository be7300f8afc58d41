package dev.weir.controller.policy;

import java.util.List;

/**
 * One element of {@code ingress} or {@code egress} of a ClusterNetworkPolicy.
 *
 * @param name for people; empty when none was given
 * @param action for the traffic of any of the peers on any of the ports
 * @param peers at least one; selectors always name namespaces, blocks have no exceptions
 * @param ports empty = every protocol and port; a name is there once for each protocol
 */
public record ClusterPolicyRule(
        String name, Action action, List<PolicyPeer> peers, List<PolicyPort> ports) {
    /** What becomes of traffic that the rule matches. */
    public enum Action {
        /** It passes, and nothing further is asked. */
        ACCEPT("Accept"),
        /** It is dropped, and nothing further is asked. */
        DENY("Deny"),
        /** The rest of the tier is skipped. */
        PASS("Pass");

        private final String text;

        Action(final String text) {
            this.text = text;
        }

        /** As Kubernetes spells it. */
        public String text() {
            return text;
        }
    }

    public ClusterPolicyRule {
        peers = List.copyOf(peers);
        ports = List.copyOf(ports);
    }
}
