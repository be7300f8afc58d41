package dev.weir.controller.explain;

import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Which NetworkPolicies select a container. */
public final class Isolation {
    private Isolation() {}

    /** Those that deny what none of them allows; not the audited ones. */
    public static List<NetworkPolicy> enforced(
            final Collection<NetworkPolicy> policies,
            final String namespace,
            final Map<String, String> labels,
            final Direction direction) {
        return policies.stream()
                .filter(policy -> !policy.audit())
                .filter(policy -> selects(policy, namespace, labels))
                .filter(policy -> policy.spec().policyTypes().contains(direction))
                .toList();
    }

    static boolean selects(
            final NetworkPolicy policy, final String namespace, final Map<String, String> labels) {
        return policy.meta().namespace().equals(namespace)
                && policy.spec().podSelector().matches(labels);
    }
}
