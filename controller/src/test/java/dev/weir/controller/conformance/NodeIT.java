package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.conformance.Reach.Question;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod and itself, the node and its pods, and addresses of services. */
@KernelTest
@ExtendWith(SharedCluster.class)
class NodeIT {
    private static final String NODE = "node";
    private static final String CLIENT = "x/a";
    private static final String SERVER = "y/a";
    private static final String CLOSED = "podSelector: {}\npolicyTypes: [Ingress, Egress]";
    private static final int SERVICE_PORT = 8_000;
    private static final int POD_PORT = 80;

    private static Cluster cluster;

    @BeforeAll
    static void serveOnTheNodeToo(final Cluster shared) throws Exception {
        cluster = shared;
        cluster.reach().serve(NODE, cluster.node().path(), List.of(POD_PORT));
    }

    @AfterAll
    static void forgetTheNode() throws Exception {
        cluster.reach().forget(NODE);
    }

    @AfterEach
    void reset() throws Exception {
        cluster.reset();
    }

    private static String ask(
            final String from, final String address, final int port, final boolean expected)
            throws IOException {
        final List<Question> questions = new ArrayList<>();
        for (final String protocol : List.of("TCP", "UDP", "SCTP")) {
            questions.add(new Question(from, protocol, address, port, expected));
        }
        return cluster.reach().ask(questions);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNeverKeepAPodFromItself(final boolean ipv6) throws Exception {
        cluster.apply("x/closed", CLOSED);

        final String own = cluster.pods().get(CLIENT).address(ipv6);
        assertThat(ask(CLIENT, own, POD_PORT, true)).isEqualTo("...");
        assertThat(ask(CLIENT, ipv6 ? "::1" : "127.0.0.1", POD_PORT, true)).isEqualTo("...");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNeverKeepTheNodeAndItsPodsApart(final boolean ipv6) throws Exception {
        cluster.apply("x/closed", CLOSED);

        final String pod = cluster.pods().get(CLIENT).address(ipv6);
        final String node = ipv6 ? Pod.GATEWAY_V6 : Pod.GATEWAY_V4;
        assertThat(ask(NODE, pod, POD_PORT, true)).isEqualTo("...");
        assertThat(ask(CLIENT, node, POD_PORT, true)).isEqualTo("...");
        assertThat(ask(CLIENT, cluster.pods().get(SERVER).address(ipv6), POD_PORT, false))
                .isEqualTo("XXX");
    }

    /** An address and port of a service, translated to the server's by nftables in a namespace. */
    private static String service(final Netns where, final String hook, final boolean ipv6) {
        final String address = ipv6 ? "fd00:99::1" : "10.99.0.1";
        final String server = cluster.pods().get(SERVER).address(ipv6);
        final String family = ipv6 ? "ip6" : "ip";
        final String table = "conformance" + (ipv6 ? 6 : 4);
        where.run("nft", "add", "table", family, table);
        where.run(
                "nft",
                "add chain %s %s c { type nat hook %s priority -100; }"
                        .formatted(family, table, hook));
        where.run(
                "nft",
                "add rule %s %s c %s daddr %s meta l4proto { tcp, udp } th dport %d dnat to %s"
                        .formatted(
                                family,
                                table,
                                family,
                                address,
                                SERVICE_PORT,
                                ipv6 ? "[" + server + "]:80" : server + ":80"));
        return address;
    }

    private static void removeService(final Netns where, final boolean ipv6) {
        where.run("nft", "delete", "table", ipv6 ? "ip6" : "ip", "conformance" + (ipv6 ? 6 : 4));
    }

    private static String askService(final String address, final boolean expected)
            throws IOException {
        final List<Question> questions = new ArrayList<>();
        for (final String protocol : List.of("TCP", "UDP")) {
            questions.add(new Question(CLIENT, protocol, address, SERVICE_PORT, expected));
        }
        return cluster.reach().ask(questions);
    }

    private static final String CLIENT_MAY_GO_TO =
            """
            podSelector: {matchLabels: {pod: a}}
            policyTypes: [Egress]
            egress: [{to: [%s]}]
            """;
    private static final String SERVER_PODS =
            "{namespaceSelector: {matchLabels: {ns: y}}, podSelector: {matchLabels: {pod: a}}}";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldJudgeAServiceByItsAddressOnTheWayOutWhereTheNodeTranslates(final boolean ipv6)
            throws Exception {
        final Netns node = cluster.node();
        final String service = service(node, "prerouting", ipv6);
        try {
            assertThat(askService(service, true)).as("no policy").isEqualTo("..");

            cluster.apply("x/egress", CLIENT_MAY_GO_TO.formatted(SERVER_PODS));
            assertThat(askService(service, false)).as("a selector").isEqualTo("XX");

            final String block = "{ipBlock: {cidr: '" + service + (ipv6 ? "/128" : "/32") + "'}}";
            cluster.apply("x/egress", CLIENT_MAY_GO_TO.formatted(block));
            assertThat(askService(service, true)).as("a block").isEqualTo("..");
        } finally {
            removeService(node, ipv6);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldJudgeTheClientOfAServiceByItsOwnAddressOnTheWayIn(final boolean ipv6)
            throws Exception {
        final Netns node = cluster.node();
        final String service = service(node, "prerouting", ipv6);
        try {
            final String head =
                    "podSelector: {}\npolicyTypes: [Ingress]\ningress: [{ports: "
                            + "[{port: 80}, {port: 80, protocol: UDP}], from: [{namespaceSelector: ";
            cluster.apply("y/ingress", head + "{matchLabels: {ns: x}}}]}]");
            assertThat(askService(service, true)).isEqualTo("..");

            cluster.apply("y/ingress", head + "{matchLabels: {ns: z}}}]}]");
            assertThat(askService(service, false)).isEqualTo("XX");
        } finally {
            removeService(node, ipv6);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldJudgeAServiceByItsPodsWhereItIsTranslatedBeforeTheHook(final boolean ipv6)
            throws Exception {
        final Netns pod = cluster.pods().get(CLIENT).netns();
        final String service = service(pod, "output", ipv6);
        try {
            cluster.apply("x/egress", CLIENT_MAY_GO_TO.formatted(SERVER_PODS));
            assertThat(askService(service, true)).as("a selector").isEqualTo("..");

            final String block = "{ipBlock: {cidr: '" + service + (ipv6 ? "/128" : "/32") + "'}}";
            cluster.apply("x/egress", CLIENT_MAY_GO_TO.formatted(block));
            assertThat(askService(service, false)).as("a block").isEqualTo("XX");
        } finally {
            removeService(pod, ipv6);
        }
    }
}
