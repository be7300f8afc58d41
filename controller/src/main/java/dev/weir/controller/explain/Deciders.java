package dev.weir.controller.explain;

import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.PolicyTiers;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.List;

/** Who may judge an endpoint's traffic of one direction. */
record Deciders(PolicyTiers tiers) {
    static Deciders of(
            final DesiredState desired, final EndpointSpec own, final Direction direction) {
        return new Deciders(PolicyTiers.of(desired, own, direction));
    }

    /** The NetworkPolicies that isolate; those that would, if no other does. */
    private List<NetworkPolicy> inForce() {
        final List<NetworkPolicy> enforced =
                tiers.networkPolicies().stream().filter(policy -> !policy.audit()).toList();
        return enforced.isEmpty() ? tiers.networkPolicies() : enforced;
    }

    private boolean isIsolated() {
        return tiers.networkPolicies().stream().anyMatch(policy -> !policy.audit());
    }

    /** Keys of {@link #inForce}. */
    List<String> isolating() {
        return inForce().stream().map(NetworkPolicy::key).toList();
    }

    /** Every rule that may be asked, in order; Baseline is out of reach of what is isolated. */
    List<Clause> clauses(final Direction direction) {
        final List<Clause> clauses = new ArrayList<>();
        tiers.admin().forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
        inForce().forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
        if (!isIsolated()) {
            tiers.baseline().forEach(policy -> clauses.addAll(Clause.of(policy, direction)));
        }
        return clauses;
    }
}
