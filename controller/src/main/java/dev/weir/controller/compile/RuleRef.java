package dev.weir.controller.compile;

import dev.weir.dataplane.layout.Direction;

/**
 * What a rule number stands for.
 *
 * @param rule number in the datapath, 1 or more
 * @param kind of the object, {@code NetworkPolicy} or {@code ClusterNetworkPolicy}
 * @param namespace of the object; empty for a ClusterNetworkPolicy
 * @param name of the object
 * @param direction the rule is for
 * @param index of the rule in its list; -1 = the isolation itself of an audited policy
 * @param description {@code ingress[0]}, as people see it
 * @param title name of the rule in a ClusterNetworkPolicy; else empty
 */
public record RuleRef(
        int rule,
        String kind,
        String namespace,
        String name,
        Direction direction,
        int index,
        String description,
        String title) {
    /** {@code namespace/name}, or the name alone of an object without a namespace. */
    public String policy() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
