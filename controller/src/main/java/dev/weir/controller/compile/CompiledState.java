package dev.weir.controller.compile;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.Map;

/**
 * What the datapath's tables hold for a {@link DesiredState}; immutable.
 *
 * @param identityByEndpoint endpoint number to the identity of its first address
 * @param peers addresses of endpoints and of the node to identity
 * @param owners addresses of endpoints to endpoint number
 * @param cidrs longest prefix decides; what none covers is {@link IdentityInfo#WORLD}
 * @param policies by policy number
 * @param endpoints endpoint number to its policy word
 * @param rules by rule number
 * @param identities by number, the reserved ones included
 * @param numbering which numbers are taken, for the next compile
 */
public record CompiledState(
        Map<Integer, Integer> identityByEndpoint,
        Map<IpAddress, Integer> peers,
        Map<IpAddress, Integer> owners,
        Map<IpPrefix, Integer> cidrs,
        Map<Integer, CompiledPolicy> policies,
        Map<Integer, EndpointPolicy> endpoints,
        Map<Integer, RuleRef> rules,
        Map<Integer, IdentityInfo> identities,
        Numbering numbering) {
    /** No endpoints, no policies, no numbers taken. */
    public static final CompiledState EMPTY = restored(Numbering.EMPTY);

    /** Nothing in the tables, but numbers of an earlier run that are to be kept. */
    public static CompiledState restored(final Numbering numbering) {
        return new CompiledState(
                Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                numbering);
    }
}
