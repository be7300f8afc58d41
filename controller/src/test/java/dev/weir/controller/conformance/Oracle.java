package dev.weir.controller.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.NaiveEvaluator;
import dev.weir.controller.compile.Packet;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.Protocol;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who may reach whom, by the naive reading of the policies: shares no code with the compiler. */
final class Oracle {
    private final NaiveEvaluator evaluator;
    private final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    Oracle(final Cluster cluster) {
        for (final Pod pod : cluster.pods().values()) {
            final int number = endpoints.size() + 1;
            endpoints.put(number, pod.spec(number));
            numbers.put(pod.name(), number);
        }
        final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
        final SortedMap<String, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
        for (final ObjectNode json : cluster.policies().values()) {
            if (json.path("kind").asText().equals(ClusterNetworkPolicyParser.KIND)) {
                final ClusterNetworkPolicy policy = ClusterNetworkPolicyParser.parse(json);
                clusterPolicies.put(policy.meta().name(), policy);
            } else {
                final NetworkPolicy policy = NetworkPolicyParser.parse(json);
                policies.put(policy.key(), policy);
            }
        }
        evaluator =
                new NaiveEvaluator(
                        new DesiredState(
                                policies,
                                clusterPolicies,
                                cluster.namespaces(),
                                endpoints,
                                Set.of(),
                                false));
    }

    /** Both ends must agree: egress of the one that asks, ingress of the other. */
    boolean allows(
            final Pod from,
            final Pod to,
            final Protocol protocol,
            final int port,
            final boolean ipv6) {
        return passes(from, Direction.EGRESS, to, protocol, port, ipv6)
                && passes(to, Direction.INGRESS, from, protocol, port, ipv6);
    }

    private boolean passes(
            final Pod own,
            final Direction direction,
            final Pod remote,
            final Protocol protocol,
            final int port,
            final boolean ipv6) {
        final int number =
                switch (protocol) {
                    case TCP -> 6;
                    case UDP -> 17;
                    case SCTP -> 132;
                };
        final Packet packet =
                new Packet(
                        numbers.get(own.name()),
                        direction,
                        IpAddress.parse(remote.address(ipv6)),
                        number,
                        port);
        return evaluator.judge(packet).verdict() != Verdict.DENIED;
    }
}
