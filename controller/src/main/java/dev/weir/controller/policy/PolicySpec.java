package dev.weir.controller.policy;

import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Set;

/**
 * The {@code spec} of a NetworkPolicy, defaults filled in.
 *
 * @param podSelector which pods of the policy's namespace it is for
 * @param ingress rules; each lets in what it describes
 * @param egress rules; each lets out what it describes
 * @param policyTypes directions in which the selected pods are isolated
 */
public record PolicySpec(
        LabelSelector podSelector,
        List<PolicyRule> ingress,
        List<PolicyRule> egress,
        Set<Direction> policyTypes) {
    public PolicySpec {
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
        policyTypes = Set.copyOf(policyTypes);
    }

    /** The rules of one direction; those of a direction that is no policy type have no effect. */
    public List<PolicyRule> rules(final Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }
}
