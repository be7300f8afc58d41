package dev.weir.controller.compile;

import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * The policies that select a workload, by direction, in the order of their keys.
 *
 * @param ingress policies with policy type Ingress
 * @param egress policies with policy type Egress
 */
record Isolation(List<NetworkPolicy> ingress, List<NetworkPolicy> egress) {
    Isolation() {
        this(new ArrayList<>(), new ArrayList<>());
    }

    List<NetworkPolicy> policies(final Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    /** At least one policy denies what none allows. */
    boolean isEnforced(final Direction direction) {
        return policies(direction).stream().anyMatch(policy -> !policy.audit());
    }

    /**
     * The policies whose rules count: audited ones only where they are among themselves. Next to an
     * enforcing policy they could only allow more, and they are to change nothing.
     */
    List<NetworkPolicy> inForce(final Direction direction) {
        return isEnforced(direction)
                ? policies(direction).stream().filter(policy -> !policy.audit()).toList()
                : policies(direction);
    }
}
