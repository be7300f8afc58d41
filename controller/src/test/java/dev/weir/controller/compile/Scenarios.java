package dev.weir.controller.compile;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.LabelRequirement;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.controller.policy.PolicySpec;
import dev.weir.controller.policy.Protocol;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random policies, namespaces and endpoints from a small world, so that they often meet: few names,
 * labels and ports, and addresses and CIDRs that nest and overlap.
 */
public final class Scenarios {
    /** The first more often, so that policies find somebody to select. */
    static final List<String> NAMESPACES = List.of("default", "default", "default", "shop", "data");

    private static final List<String> POLICY_NAMES = List.of("p1", "p2", "p3", "p4");
    private static final List<String> VALUES = List.of("a", "b", "c");
    static final List<String> PORT_NAMES = List.of("web", "dns");
    private static final List<Integer> PORTS =
            List.of(1, 53, 79, 80, 81, 443, 1023, 1024, 8080, 32767, 32768, 65534, 65535);
    private static final int[] PROTOCOLS = {6, 17, 132, 1, 58, 47};

    private Scenarios() {}

    /** Whole states, without cluster policies. */
    public static Arbitrary<DesiredState> states() {
        return states(
                policies().list().ofMinSize(1).ofMaxSize(7),
                Arbitraries.just(List.of()),
                endpoints().list().ofMinSize(1).ofMaxSize(6));
    }

    /** Whole states with policies of all kinds. */
    public static Arbitrary<DesiredState> tieredStates() {
        return states(
                policies().list().ofMaxSize(6),
                ClusterScenarios.policies().list().ofMaxSize(4),
                endpoints().list().ofMinSize(1).ofMaxSize(6));
    }

    private static Arbitrary<DesiredState> states(
            final Arbitrary<List<NetworkPolicy>> policies,
            final Arbitrary<List<ClusterNetworkPolicy>> clusterPolicies,
            final Arbitrary<List<EndpointSpec>> endpoints) {
        return Combinators.combine(
                        policies,
                        clusterPolicies,
                        endpoints,
                        Arbitraries.maps(Arbitraries.of(Set.copyOf(NAMESPACES)), labels()),
                        Arbitraries.of(true, false))
                .as(Scenarios::state);
    }

    /**
     * A history: each state has some of the same policies and endpoints, in one of the variants
     * they come in.
     */
    public static Arbitrary<List<DesiredState>> histories() {
        return Combinators.combine(
                        policies().list().ofMinSize(1).ofMaxSize(7),
                        ClusterScenarios.policies().list().ofMaxSize(4),
                        endpoints().list().ofMinSize(2).ofMaxSize(8))
                .flatAs(
                        (policies, clusterPolicies, endpoints) ->
                                states(
                                                Arbitraries.subsetOf(policies).map(List::copyOf),
                                                Arbitraries.subsetOf(clusterPolicies)
                                                        .map(List::copyOf),
                                                Arbitraries.subsetOf(endpoints).map(List::copyOf))
                                        .list()
                                        .ofMinSize(2)
                                        .ofMaxSize(5));
    }

    /** Policies, cluster policies, namespaces, endpoints and the node's addresses come and go. */
    static Arbitrary<Change> changes() {
        final Arbitrary<String> namespaces = Arbitraries.of(Set.copyOf(NAMESPACES));
        return Arbitraries.frequencyOf(
                Tuple.of(6, policies().map(Change::put)),
                Tuple.of(
                        3,
                        Combinators.combine(namespaces, Arbitraries.of(POLICY_NAMES))
                                .as((namespace, name) -> Change.remove(namespace + "/" + name))),
                Tuple.of(3, ClusterScenarios.policies().map(Change::put)),
                Tuple.of(2, Arbitraries.of(ClusterScenarios.NAMES).map(Change::removeCluster)),
                Tuple.of(
                        2,
                        Combinators.combine(namespaces, labels())
                                .as((name, labels) -> Change.label(name, labels))),
                Tuple.of(1, namespaces.map(Change::removeNamespace)),
                Tuple.of(6, endpoints().map(Change::attach)),
                Tuple.of(3, Arbitraries.integers().between(1, 6).map(Change::detach)),
                Tuple.of(1, Arbitraries.of(true, false).map(Change::hostPolicy)),
                Tuple.of(
                        1,
                        Combinators.combine(
                                        Arbitraries.of("10.0.0.1", "10.0.1.7", "fd00::1"),
                                        Arbitraries.of(true, false))
                                .as(Change::host)));
    }

    /** Without cluster policies. */
    public static DesiredState state(
            final List<NetworkPolicy> policies,
            final List<EndpointSpec> endpoints,
            final Map<String, Map<String, String>> namespaces,
            final boolean hostPolicy) {
        return state(policies, List.of(), endpoints, namespaces, hostPolicy);
    }

    /** Later ones of the same key or number replace earlier ones. */
    public static DesiredState state(
            final List<NetworkPolicy> policies,
            final List<ClusterNetworkPolicy> clusterPolicies,
            final List<EndpointSpec> endpoints,
            final Map<String, Map<String, String>> namespaces,
            final boolean hostPolicy) {
        final TreeMap<String, NetworkPolicy> byKey = new TreeMap<>();
        policies.forEach(policy -> byKey.put(policy.key(), policy));
        final TreeMap<String, ClusterNetworkPolicy> byName = new TreeMap<>();
        clusterPolicies.forEach(policy -> byName.put(policy.key(), policy));
        final TreeMap<Integer, EndpointSpec> byNumber = new TreeMap<>();
        endpoints.forEach(endpoint -> byNumber.put(endpoint.number(), endpoint));
        return new DesiredState(
                byKey,
                byName,
                new TreeMap<>(namespaces),
                byNumber,
                Set.of(IpAddress.parse("10.0.0.1"), IpAddress.parse("fd00::1")),
                hostPolicy);
    }

    static Arbitrary<Map<String, String>> labels() {
        return Arbitraries.maps(Arbitraries.of("app", "tier"), Arbitraries.of(VALUES)).ofMaxSize(2);
    }

    static Arbitrary<EndpointSpec> endpoints() {
        final Arbitrary<NamedPort> ports =
                Combinators.combine(
                                Arbitraries.of(PORT_NAMES),
                                Arbitraries.of(80, 81, 53, 8080),
                                Arbitraries.of("TCP", "UDP", "SCTP"))
                        .as(NamedPort::new);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.of(NAMESPACES),
                        labels(),
                        ports.list().ofMaxSize(3),
                        Arbitraries.integers().between(0, 3))
                .as(
                        (number, namespace, labels, named, families) ->
                                new EndpointSpec(
                                        number,
                                        namespace,
                                        "pod-" + number,
                                        labels,
                                        named,
                                        addresses(number, families)));
    }

    /** Endpoint n has the nth of a few addresses that the CIDRs tell apart. */
    private static List<IpAddress> addresses(final int number, final int families) {
        final List<IpAddress> addresses = new ArrayList<>();
        if ((families & 1) == 0) {
            addresses.add(IpAddress.parse("10.0." + number / 3 + "." + (2 + number * 20)));
        }
        if ((families & 2) != 0) {
            addresses.add(IpAddress.parse("fd00:0:0:" + number / 3 + "::" + (2 + number)));
        }
        return addresses;
    }

    /** CIDRs around the endpoints and the host. */
    public static Arbitrary<IpPrefix> cidrs() {
        final Arbitrary<IpPrefix> v4 =
                Combinators.combine(
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.integers().between(0, 255),
                                Arbitraries.of(0, 8, 16, 22, 23, 24, 25, 26, 28, 30, 31, 32))
                        .as(
                                (net, host, length) ->
                                        IpPrefix.parse("10.0." + net + "." + host + "/" + length));
        final Arbitrary<IpPrefix> v6 =
                Combinators.combine(
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.integers().between(0, 15),
                                Arbitraries.of(0, 8, 48, 62, 63, 64, 124, 126, 127, 128))
                        .as(
                                (net, host, length) ->
                                        IpPrefix.parse(
                                                "fd00:0:0:"
                                                        + net
                                                        + "::"
                                                        + Integer.toHexString(host)
                                                        + "/"
                                                        + length));
        return Arbitraries.frequencyOf(Tuple.of(3, v4), Tuple.of(1, v6));
    }

    /** Blocks with up to three holes. */
    public static Arbitrary<IpBlock> blocks() {
        return Combinators.combine(cidrs(), cidrs().list().ofMaxSize(3))
                .as(
                        (cidr, holes) ->
                                new IpBlock(
                                        cidr,
                                        holes.stream()
                                                .filter(hole -> hole.length() > cidr.length())
                                                .filter(cidr::covers)
                                                .toList()));
    }

    static Arbitrary<LabelSelector> selectors() {
        final Arbitrary<LabelRequirement> requirement =
                Combinators.combine(
                                Arbitraries.of("app", "tier", "kubernetes.io/metadata.name"),
                                Arbitraries.of(LabelRequirement.Operator.class),
                                Arbitraries.of("a", "b", "c", "shop")
                                        .set()
                                        .ofMinSize(1)
                                        .ofMaxSize(2))
                        .as(
                                (key, operator, values) ->
                                        new LabelRequirement(
                                                key,
                                                operator,
                                                operator.name().endsWith("IN")
                                                        ? values
                                                        : Set.of()));
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(LabelSelector.EVERYTHING)),
                Tuple.of(4, labels().map(labels -> new LabelSelector(labels, List.of()))),
                Tuple.of(
                        2,
                        Combinators.combine(labels(), requirement.list().ofMaxSize(2))
                                .as(LabelSelector::new)));
    }

    static Arbitrary<PolicyPeer> peers() {
        final Arbitrary<PolicyPeer> selector =
                Combinators.combine(selectors().optional(0.5), selectors().optional(0.5))
                        .as(
                                (pods, namespaces) ->
                                        new SelectorPeer(
                                                pods.isEmpty() && namespaces.isEmpty()
                                                        ? Optional.of(LabelSelector.EVERYTHING)
                                                        : pods,
                                                namespaces));
        return Arbitraries.oneOf(selector, blocks().map(BlockPeer::new));
    }

    static Arbitrary<PolicyPort> ports() {
        final Arbitrary<Protocol> protocols = Arbitraries.of(Protocol.class);
        return Arbitraries.oneOf(
                protocols.map(PolicyPort::any),
                Combinators.combine(protocols, Arbitraries.of(PORT_NAMES)).as(PolicyPort::named),
                Combinators.combine(protocols, Arbitraries.of(PORTS), Arbitraries.of(PORTS))
                        .as(
                                (protocol, a, b) ->
                                        PolicyPort.range(protocol, Math.min(a, b), Math.max(a, b))),
                Combinators.combine(protocols, Arbitraries.of(PORTS))
                        .as((protocol, port) -> PolicyPort.range(protocol, port, port)));
    }

    static Arbitrary<PolicyRule> rules() {
        return Combinators.combine(
                        peers().list().ofMaxSize(3),
                        Arbitraries.oneOf(
                                Arbitraries.just(List.<PolicyPort>of()),
                                ports().list().ofMaxSize(3)))
                .as(PolicyRule::new);
    }

    /** Names are few, so that a history holds variants of the same policy. */
    public static Arbitrary<NetworkPolicy> policies() {
        final Arbitrary<ObjectMeta> metas =
                Combinators.combine(
                                Arbitraries.of(POLICY_NAMES), Arbitraries.of(NAMESPACES), audits())
                        .as(
                                (name, namespace, audit) ->
                                        new ObjectMeta(
                                                name,
                                                namespace,
                                                null,
                                                null,
                                                Map.of(),
                                                Map.of(NetworkPolicy.AUDIT_ANNOTATION, audit)));
        final Arbitrary<PolicySpec> specs =
                Combinators.combine(
                                Arbitraries.oneOf(
                                        Arbitraries.just(LabelSelector.EVERYTHING), selectors()),
                                rules().list().ofMaxSize(3),
                                rules().list().ofMaxSize(3),
                                Arbitraries.of(Direction.class).set().ofMinSize(1))
                        .as(PolicySpec::new);
        return Combinators.combine(metas, specs)
                .as((meta, spec) -> new NetworkPolicy(meta, spec, MissingNode.getInstance()));
    }

    static Arbitrary<String> audits() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just("false")), Tuple.of(1, Arbitraries.just("true")));
    }

    /** Packets that meet the edges of what {@code desired} tells apart. */
    public static Arbitrary<Packet> packets(final DesiredState desired) {
        return packets(desired, List.copyOf(edges(desired)));
    }

    /** Packets from and to {@code remotes}. */
    public static Arbitrary<Packet> packets(
            final DesiredState desired, final List<IpAddress> remotes) {
        return Combinators.combine(
                        Arbitraries.of(List.copyOf(desired.endpoints().keySet())),
                        Arbitraries.of(Direction.class),
                        Arbitraries.of(remotes),
                        Arbitraries.integers().between(0, PROTOCOLS.length - 1),
                        Arbitraries.oneOf(
                                Arbitraries.of(PORTS),
                                Arbitraries.of(PORTS)
                                        .map(port -> Math.min(65535, Math.max(0, port - 1))),
                                Arbitraries.integers().between(0, 65535)))
                .as(
                        (endpoint, direction, remote, protocol, port) ->
                                new Packet(
                                        endpoint,
                                        direction,
                                        remote,
                                        PROTOCOLS[protocol],
                                        protocol < 3 ? port : 0));
    }

    /** Every known address, and the first, the last and the neighbours of every prefix. */
    public static Set<IpAddress> edges(final DesiredState desired) {
        final Set<IpAddress> edges = new HashSet<>(desired.hostAddresses());
        edges.add(IpAddress.parse("192.0.2.1"));
        edges.add(IpAddress.parse("2001:db8::1"));
        desired.endpoints().values().forEach(endpoint -> edges.addAll(endpoint.addresses()));
        for (final NetworkPolicy policy : desired.policies().values()) {
            for (final Direction direction : Direction.values()) {
                for (final PolicyRule rule : policy.spec().rules(direction)) {
                    addEdges(rule.peers(), edges);
                }
            }
        }
        for (final ClusterNetworkPolicy policy : desired.clusterPolicies().values()) {
            for (final ClusterPolicyRule rule : policy.spec().egress()) {
                addEdges(rule.peers(), edges);
            }
        }
        return edges;
    }

    private static void addEdges(final List<PolicyPeer> peers, final Set<IpAddress> edges) {
        for (final PolicyPeer peer : peers) {
            if (peer instanceof BlockPeer block) {
                addEdges(block.block().cidr(), edges);
                block.block().except().forEach(hole -> addEdges(hole, edges));
            }
        }
    }

    /** First, last and neighbours of a prefix. */
    public static void addEdges(final IpPrefix prefix, final Set<IpAddress> edges) {
        final BigInteger first = new BigInteger(1, prefix.address().mapped());
        final int bits = (prefix.isIpv4() ? 32 : 128) - prefix.length();
        final BigInteger size = BigInteger.ONE.shiftLeft(bits);
        for (final BigInteger number :
                List.of(
                        first,
                        first.subtract(BigInteger.ONE),
                        first.add(size),
                        first.add(size).subtract(BigInteger.ONE))) {
            if (number.signum() >= 0 && number.bitLength() <= 128) {
                final byte[] bytes = new byte[16];
                final byte[] raw = number.toByteArray();
                for (int i = 0; i < Math.min(16, raw.length); i++) {
                    bytes[15 - i] = raw[raw.length - 1 - i];
                }
                final IpAddress address = IpAddress.of(bytes);
                if (address.isIpv4() == prefix.isIpv4()) {
                    edges.add(address);
                }
            }
        }
    }
}
