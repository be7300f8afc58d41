package dev.weir.controller.compile;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Builds a {@link DesiredState} line by line. */
public final class Desired {
    static final IpAddress HOST = IpAddress.parse("10.0.0.1");

    private final TreeMap<String, NetworkPolicy> policies = new TreeMap<>();
    private final TreeMap<String, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
    private final TreeMap<String, Map<String, String>> namespaces = new TreeMap<>();
    private final TreeMap<Integer, EndpointSpec> endpoints = new TreeMap<>();
    private final Set<IpAddress> hosts = new HashSet<>(Set.of(HOST));
    private boolean hostPolicy;

    public Desired() {}

    /** A copy to change. */
    public Desired(final DesiredState state) {
        policies.putAll(state.policies());
        clusterPolicies.putAll(state.clusterPolicies());
        namespaces.putAll(state.namespaces());
        endpoints.putAll(state.endpoints());
        hosts.addAll(state.hostAddresses());
        hostPolicy = state.hostPolicy();
    }

    public Desired policy(final NetworkPolicy policy) {
        policies.put(policy.key(), policy);
        return this;
    }

    /** In namespace {@code default}. */
    public Desired policy(final String name, final String spec) {
        return policy(Yaml.policy("default", name, spec));
    }

    public Desired cluster(final ClusterNetworkPolicy policy) {
        clusterPolicies.put(policy.key(), policy);
        return this;
    }

    public Desired cluster(final String name, final String spec) {
        return cluster(Yaml.clusterPolicy(name, spec));
    }

    public Desired withoutCluster(final String policy) {
        clusterPolicies.remove(policy);
        return this;
    }

    public Desired without(final String policy) {
        policies.remove(policy);
        return this;
    }

    public Desired namespace(final String name, final String... labels) {
        namespaces.put(name, map(labels));
        return this;
    }

    /** With all that its labels are to be. */
    Desired namespace(final String name, final Map<String, String> labels) {
        namespaces.put(name, labels);
        return this;
    }

    Desired withoutNamespace(final String name) {
        namespaces.remove(name);
        return this;
    }

    Desired endpoint(final EndpointSpec endpoint) {
        endpoints.put(endpoint.number(), endpoint);
        return this;
    }

    /** In namespace {@code default}, at 10.0.1.number. */
    public Desired pod(final int number, final String... labels) {
        return pod(number, "default", "10.0.1." + number, List.of(), labels);
    }

    /** At the addresses of {@code addresses}, separated by a comma. */
    public Desired pod(
            final int number,
            final String namespace,
            final String addresses,
            final List<NamedPort> ports,
            final String... labels) {
        final List<IpAddress> list = new ArrayList<>();
        if (!addresses.isEmpty()) {
            Arrays.stream(addresses.split(",")).map(IpAddress::parse).forEach(list::add);
        }
        endpoints.put(
                number,
                new EndpointSpec(number, namespace, "pod" + number, map(labels), ports, list));
        return this;
    }

    public Desired gone(final int number) {
        endpoints.remove(number);
        return this;
    }

    Desired withoutHost(final String address) {
        hosts.remove(IpAddress.parse(address));
        return this;
    }

    public Desired host(final String address) {
        hosts.add(IpAddress.parse(address));
        return this;
    }

    public Desired hostPolicy() {
        return hostPolicy(true);
    }

    Desired hostPolicy(final boolean judged) {
        hostPolicy = judged;
        return this;
    }

    public DesiredState state() {
        return new DesiredState(
                policies, clusterPolicies, namespaces, endpoints, hosts, hostPolicy);
    }

    public CompiledState compile() {
        return PolicyCompiler.compile(state(), CompiledState.EMPTY);
    }

    public CompiledState compile(final CompiledState previous) {
        return PolicyCompiler.compile(state(), previous);
    }

    /** What the rows say of a flow that {@code remote} and an endpoint begin. */
    RowLookup.Decision decide(
            final int endpoint,
            final Direction direction,
            final String remote,
            final int protocol,
            final int port) {
        return new RowLookup(compile(), hostPolicy)
                .decide(endpoint, direction, IpAddress.parse(remote), protocol, port);
    }

    /** Why they say so. */
    Reason reason(
            final int endpoint,
            final Direction direction,
            final String remote,
            final int protocol,
            final int port) {
        return decide(endpoint, direction, remote, protocol, port).reason();
    }

    private static Map<String, String> map(final String... labels) {
        final Map<String, String> map = new HashMap<>();
        for (final String label : labels) {
            map.put(label.split("=")[0], label.split("=")[1]);
        }
        return map;
    }
}
