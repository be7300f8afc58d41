package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.lint.ClusterPolicyLint;
import dev.weir.controller.lint.LintWarning;
import dev.weir.controller.lint.PolicyLint;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a write of a policy is answered with beside the object: what is legal and surely a mistake,
 * whoever is there to be selected.
 */
final class PolicyWarnings {
    /**
     * Rules, peers and ports are compared with each other: so many take milliseconds. A larger
     * policy is left to {@code weir policy validate}.
     */
    static final int MOST_PARTS = 500;

    private PolicyWarnings() {}

    /**
     * @param given as the client sent it, without defaults
     * @return each as {@code field: sentence}
     */
    static List<String> of(final ApiObject object, final JsonNode given) {
        final List<LintWarning> found;
        if (object instanceof NetworkPolicy policy && parts(policy) <= MOST_PARTS) {
            found = PolicyLint.of(policy, given, Optional.empty());
        } else if (object instanceof ClusterNetworkPolicy policy && parts(policy) <= MOST_PARTS) {
            found = ClusterPolicyLint.of(policy, Optional.empty());
        } else {
            return List.of();
        }
        return found.stream().map(LintWarning::toString).toList();
    }

    private static int parts(final NetworkPolicy policy) {
        return Stream.of(Direction.values())
                .flatMap(direction -> policy.spec().rules(direction).stream())
                .mapToInt(rule -> 1 + rule.peers().size() + rule.ports().size())
                .sum();
    }

    private static int parts(final ClusterNetworkPolicy policy) {
        return Stream.of(Direction.values())
                .flatMap(direction -> policy.spec().rules(direction).stream())
                .mapToInt(rule -> 1 + rule.peers().size() + rule.ports().size())
                .sum();
    }
}
