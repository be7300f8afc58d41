package dev.weir.controller.explain;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.compile.PolicyTiers;
import dev.weir.controller.compile.RowLookup;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A state and the rows it compiles to: the one in force, or one that is only supposed.
 *
 * @param lookup over {@code compiled}
 */
record World(DesiredState desired, CompiledState compiled, RowLookup lookup) {
    static World of(final DesiredState desired, final CompiledState compiled) {
        return new World(desired, compiled, new RowLookup(compiled, desired.hostPolicy()));
    }

    /**
     * Only what the verdict of one endpoint about one peer follows from: its own policies but for
     * one, and the two of them. Compiles in no time, and decides as the whole would.
     *
     * @param excluded key of the policy to leave out, of either kind: only one of them has a slash;
     *     empty for none
     */
    static World narrow(
            final DesiredState desired,
            final EndpointSpec own,
            final Actor peer,
            final String excluded) {
        final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
        final SortedMap<String, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
        for (final Direction direction : Direction.values()) {
            final PolicyTiers tiers = PolicyTiers.of(desired, own, direction);
            tiers.admin().forEach(policy -> clusterPolicies.put(policy.key(), policy));
            tiers.networkPolicies().forEach(policy -> policies.put(policy.key(), policy));
            tiers.baseline().forEach(policy -> clusterPolicies.put(policy.key(), policy));
        }
        policies.remove(excluded);
        clusterPolicies.remove(excluded);
        final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>();
        endpoints.put(own.number(), own);
        peer.endpoint().ifPresent(other -> endpoints.put(other.number(), other));
        final DesiredState narrow =
                new DesiredState(
                        policies,
                        clusterPolicies,
                        desired.namespaces(),
                        endpoints,
                        desired.hostAddresses(),
                        desired.hostPolicy());
        return of(narrow, PolicyCompiler.compile(narrow, CompiledState.EMPTY));
    }
}
