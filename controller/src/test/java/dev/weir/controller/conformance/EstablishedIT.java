package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.conformance.Reach.Question;
import dev.weir.dataplane.testkit.KernelTest;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of open TCP, UDP and ICMP flows when policy changes, in both families. */
@KernelTest
@ExtendWith(SharedCluster.class)
class EstablishedIT {
    private static final String CLIENT = "x/a";
    private static final String SERVER = "y/a";
    private static final String SERVER_LETS_X_IN =
            """
            podSelector: {matchLabels: {pod: a}}
            policyTypes: [Ingress]
            ingress: [{from: [{namespaceSelector: {matchLabels: {ns: x}}}]}]
            """;
    private static final String CLIENT_MAY_GO_TO_Y =
            """
            podSelector: {matchLabels: {pod: a}}
            policyTypes: [Egress]
            egress: [{to: [{namespaceSelector: {matchLabels: {ns: y}}}]}]
            """;

    private static Cluster cluster;

    /**
     * Which hook cuts.
     *
     * @param policy its name
     * @param allowing lets the flow be
     */
    private record Side(String policy, String allowing) {
        /** The same without its rule. */
        String denying() {
            return allowing.replaceAll("(ingress|egress): \\[.*", "$1: []");
        }

        @Override
        public String toString() {
            return policy;
        }
    }

    /** Protocol, family and side. */
    private record Kind(String protocol, boolean ipv6, Side side) {}

    static Stream<Kind> kinds() {
        return Stream.of(
                        new Side("y/at-the-server", SERVER_LETS_X_IN),
                        new Side("x/at-the-client", CLIENT_MAY_GO_TO_Y))
                .flatMap(
                        side ->
                                Stream.of("TCP", "UDP")
                                        .flatMap(
                                                protocol ->
                                                        Stream.of(
                                                                new Kind(protocol, false, side),
                                                                new Kind(protocol, true, side))));
    }

    @BeforeAll
    static void useTheCluster(final Cluster shared) {
        cluster = shared;
    }

    @AfterEach
    void reset() throws Exception {
        cluster.reset();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldLeaveAnOpenFlowThatIsStillAllowedAndCutOneThatIsDenied(final Kind kind)
            throws Exception {
        final Pod client = cluster.pods().get(CLIENT);
        final Pod server = cluster.pods().get(SERVER);
        try (Conversation conversation =
                Conversation.open(kind.protocol(), client, server, kind.ipv6())) {
            assertThat(conversation.passes()).as("before any policy").containsExactly(true, true);

            cluster.apply(kind.side().policy(), kind.side().allowing());
            assertThat(conversation.passes()).as("still allowed").containsExactly(true, true);

            cluster.apply(kind.side().policy(), kind.side().denying());
            assertThat(conversation.passes()).as("denied").containsExactly(false, false);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldCutAFlowThatWasOpenBeforeItsFirstPolicy(final Kind kind) throws Exception {
        final Pod client = cluster.pods().get(CLIENT);
        final Pod server = cluster.pods().get(SERVER);
        try (Conversation conversation =
                Conversation.open(kind.protocol(), client, server, kind.ipv6())) {
            assertThat(conversation.passes()).containsExactly(true, true);

            cluster.apply(kind.side().policy(), kind.side().denying());

            assertThat(conversation.passes()).containsExactly(false, false);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldCutAFlowWhenALabelTakesTheAllowingRuleAway(final Kind kind) throws Exception {
        cluster.apply(kind.side().policy(), kind.side().allowing());
        final Pod client = cluster.pods().get(CLIENT);
        final Pod server = cluster.pods().get(SERVER);
        try (Conversation conversation =
                Conversation.open(kind.protocol(), client, server, kind.ipv6())) {
            assertThat(conversation.passes()).containsExactly(true, true);

            final String peer = kind.side().policy().startsWith("y") ? "x" : "y";
            cluster.labelNamespace(peer, Map.of("ns", "another"));

            assertThat(conversation.passes()).containsExactly(false, false);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCutAnEchoThatIsUnderWay(final boolean ipv6) throws Exception {
        assertThat(echo(ipv6, true)).isEqualTo(".");
        cluster.apply("y/at-the-server", SERVER_LETS_X_IN);
        assertThat(echo(ipv6, true)).isEqualTo(".");

        cluster.apply("y/at-the-server", new Side("", SERVER_LETS_X_IN).denying());
        assertThat(echo(ipv6, false)).isEqualTo("X");

        cluster.delete("NetworkPolicy/y/at-the-server");
        cluster.apply("x/at-the-client", CLIENT_MAY_GO_TO_Y);
        assertThat(echo(ipv6, true)).isEqualTo(".");
        cluster.apply("x/at-the-client", new Side("", CLIENT_MAY_GO_TO_Y).denying());
        assertThat(echo(ipv6, false)).isEqualTo("X");
    }

    /** The same identifier each time: the first question of a round has it. */
    private static String echo(final boolean ipv6, final boolean expected) throws Exception {
        final String server = cluster.pods().get(SERVER).address(ipv6);
        return cluster.reach().ask(List.of(new Question(CLIENT, "ICMP", server, 0, expected)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPassEchoByRulesWithoutPortsOnly(final boolean ipv6) throws Exception {
        final String block =
                ipv6
                        ? "{cidr: 'fd00:88::/64', except: ['fd00:88::2:0/112']}"
                        : "{cidr: 10.88.0.0/16, except: [10.88.2.0/24]}";
        final List<List<String>> peers =
                List.of(
                        List.of("{namespaceSelector: {matchLabels: {ns: x}}}", "x/a", "y/b"),
                        List.of("{ipBlock: " + block + "}", "x/a", "y/b"));
        for (final List<String> peer : peers) {
            final String head = "podSelector: {}\npolicyTypes: [Ingress]\ningress: ";
            final String from = "from: [" + peer.get(0) + "]";
            cluster.apply("y/into", head + "[{" + from + "}]");
            assertThat(echoes(ipv6, peer.get(1), true, peer.get(2), false)).isEqualTo(".X");
            cluster.apply("y/into", head + "[{" + from + ", ports: [{port: 80}]}]");
            assertThat(echoes(ipv6, peer.get(1), false, peer.get(2), false)).isEqualTo("XX");
        }
    }

    private static String echoes(
            final boolean ipv6,
            final String one,
            final boolean first,
            final String two,
            final boolean second)
            throws Exception {
        final String server = cluster.pods().get(SERVER).address(ipv6);
        return cluster.reach()
                .ask(
                        List.of(
                                new Question(one, "ICMP", server, 0, first),
                                new Question(two, "ICMP", server, 0, second)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetTheErrorOfAnAllowedFlowIn(final boolean ipv6) throws Exception {
        cluster.apply("x/closed", "podSelector: {}\npolicyTypes: [Ingress]\ningress: []");
        final String server = cluster.pods().get(SERVER).address(ipv6);

        try (DatagramChannel socket =
                cluster.pods().get(CLIENT).netns().call(DatagramChannel::open)) {
            socket.connect(new InetSocketAddress(server, 9));
            socket.write(ByteBuffer.allocate(1));

            assertThatThrownBy(() -> socket.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(PortUnreachableException.class);
        }
    }
}
