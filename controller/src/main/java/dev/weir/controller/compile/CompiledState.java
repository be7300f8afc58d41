package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.Map;

/**
 * What the datapath's tables hold for a {@link DesiredState}; immutable, all maps ascending by key.
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
    public CompiledState {
        identityByEndpoint = ArrayMap.copyOf(identityByEndpoint);
        peers = ArrayMap.copyOf(peers);
        owners = ArrayMap.copyOf(owners);
        cidrs = ArrayMap.copyOf(cidrs);
        policies = ArrayMap.copyOf(policies);
        endpoints = ArrayMap.copyOf(endpoints);
        rules = ArrayMap.copyOf(rules);
        identities = ArrayMap.copyOf(identities);
    }

    private static final IpPrefix FIRST_IPV4 = new IpPrefix(IpAddress.ofIpv4(0), 0);
    private static final IpPrefix FIRST_AFTER_IPV4 =
            IpPrefix.host(new IpAddress(0, IpAddress.ofIpv4(-1).low() + 1));

    /** No endpoints, no policies, no numbers taken. */
    public static final CompiledState EMPTY = restored(Numbering.EMPTY);

    /** Nothing in the tables, but numbers of an earlier run that are to be kept. */
    public static CompiledState restored(final Numbering numbering) {
        return new CompiledState(
                Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                numbering);
    }

    /** How many rows there are. */
    public int rows() {
        return policies.values().stream().mapToInt(policy -> policy.rows().size()).sum();
    }

    /** How many prefixes of a family there are. */
    public int prefixes(final boolean ipv4) {
        final ArrayMap<IpPrefix, Integer> sorted = ArrayMap.copyOf(cidrs);
        // IPv4 lies together, in the middle of IPv6.
        final int v4 = sorted.ceiling(FIRST_AFTER_IPV4) - sorted.ceiling(FIRST_IPV4);
        return ipv4 ? v4 : sorted.size() - v4;
    }

    /** 0 if there is none. */
    public int highestRule() {
        return rules.isEmpty() ? 0 : ArrayMap.copyOf(rules).keyAt(rules.size() - 1);
    }
}
