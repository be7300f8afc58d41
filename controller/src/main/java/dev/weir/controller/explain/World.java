package dev.weir.controller.explain;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.compile.RowLookup;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.Collections;
import java.util.List;
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
     * @param excluded key of the policy to leave out; empty for none
     */
    static World narrow(
            final DesiredState desired,
            final EndpointSpec own,
            final Actor peer,
            final String excluded) {
        final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
        for (final NetworkPolicy policy : desired.policies().values()) {
            if (selects(policy, own) && !policy.key().equals(excluded)) {
                policies.put(policy.key(), policy);
            }
        }
        final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>();
        endpoints.put(own.number(), own);
        peer.endpoint().ifPresent(other -> endpoints.put(other.number(), other));
        final DesiredState narrow =
                new DesiredState(
                        policies,
                        desired.clusterPolicies(),
                        desired.namespaces(),
                        endpoints,
                        desired.hostAddresses(),
                        desired.hostPolicy());
        return of(narrow, PolicyCompiler.compile(narrow, CompiledState.EMPTY));
    }

    /**
     * The policies whose rules count for an endpoint, in the order of their keys; audited ones only
     * where there are no others.
     */
    List<NetworkPolicy> inForce(final EndpointSpec own, final Direction direction) {
        final List<NetworkPolicy> selecting =
                desired.policies().values().stream()
                        .filter(policy -> policy.spec().policyTypes().contains(direction))
                        .filter(policy -> selects(policy, own))
                        .toList();
        final List<NetworkPolicy> enforcing =
                selecting.stream().filter(policy -> !policy.audit()).toList();
        return Collections.unmodifiableList(enforcing.isEmpty() ? selecting : enforcing);
    }

    private static boolean selects(final NetworkPolicy policy, final EndpointSpec own) {
        return policy.meta().namespace().equals(own.namespace())
                && policy.spec().podSelector().matches(own.labels());
    }
}
