package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.conformance.Traffic.Stream;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A packet sees the old policies or the new ones. Under a flood, two states take turns: one flow
 * both allow, by different rules, and one both deny, for different reasons. A mix of the two would
 * drop a packet of the first or let one of the second through.
 */
@KernelTest
@ExtendWith(SharedCluster.class)
class AtomicIT {
    private static final int CHANGES = 200;

    private static final String CLIENT = "x/a";
    private static final String SERVER = "y/a";

    /** What the client floods: this port is always open, that one never. */
    private static final int ALWAYS = 85;

    private static final int NEVER = 99;

    private static Cluster cluster;
    private static Traffic traffic;

    /** A state of the cluster, put in force. */
    @FunctionalInterface
    private interface State {
        void enter() throws Exception;
    }

    @BeforeAll
    static void openTwoPods(final Cluster shared) throws Exception {
        cluster = shared;
        traffic = new Traffic(cluster.folder());
        traffic.open(CLIENT, cluster.pods().get(CLIENT).netns());
        traffic.open(SERVER, cluster.pods().get(SERVER).netns());
    }

    @AfterAll
    static void close() throws Exception {
        traffic.close();
    }

    @AfterEach
    void reset() throws Exception {
        cluster.reset();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSwitchPeersAndPortsOfAPolicyAtOnce(final boolean ipv6) throws Exception {
        final State one =
                policy(rule("namespaceSelector: {}", 80, 89), rule(namespace("z"), 99, 99));
        final State other = policy(rule(namespace("z"), 80, 80), rule(namespace("x"), 85, 98));

        never(ipv6, one, other);
        always(ipv6, one, other);
    }

    @Test
    void shouldSwitchBlocksAndSelectorsAtOnce() throws Exception {
        // The client has 10.88.1.5. Each state gives its address another identity and other rows.
        final State one =
                policy(
                        rule("ipBlock: {cidr: 10.88.0.0/16, except: [10.88.2.0/24]}", 85, 85),
                        rule("ipBlock: {cidr: 10.88.0.0/16, except: [10.88.1.0/24]}", 1, 65535));
        final State other =
                policy(
                        rule(namespace("x"), 85, 85),
                        rule("ipBlock: {cidr: 10.88.1.0/24, except: [10.88.1.0/28]}", 1, 65535));

        never(false, one, other);
        always(false, one, other);
    }

    @Test
    void shouldSwitchIsolationAndRulesAtOnce() throws Exception {
        always(
                false,
                policy(rule(namespace("x"), 85, 85)),
                () -> cluster.delete("NetworkPolicy/y/alternating"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSwitchTheLabelsOfANamespaceAtOnce(final boolean ipv6) throws Exception {
        cluster.apply(
                "y/by-label",
                ingress(
                        rule("namespaceSelector: {matchLabels: {role: one}}", 80, 85),
                        rule("namespaceSelector: {matchLabels: {role: two}}", 85, 90)));
        final State one = () -> cluster.labelNamespace("x", Map.of("role", "one"));
        final State other = () -> cluster.labelNamespace("x", Map.of("role", "two"));

        never(ipv6, one, other);
        always(ipv6, one, other);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSwitchTheObjectsOfAListAtOnce(final boolean ipv6) throws Exception {
        // Now the one allows the client and now the other; never both, never none.
        final String client = ingress(rule(namespace("x"), 85, 85));
        final String another = ingress(rule(namespace("z"), 1, 65535));

        always(ipv6, together(client, another), together(another, client));
    }

    /** A packet between two containers passes two hooks: it sees one revision at both. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSwitchBothEndsOfAConnectionAtOnce(final boolean ipv6) throws Exception {
        final String noEgress = "podSelector: {}\npolicyTypes: [Egress]";
        final String anyEgress = noEgress + "\negress: [{}]";
        final String noIngress = "podSelector: {}\npolicyTypes: [Ingress]";
        final String anyIngress = noIngress + "\ningress: [{}]";

        never(ipv6, both(noEgress, anyIngress), both(anyEgress, noIngress));
    }

    private static State both(final String client, final String server) {
        return () -> cluster.applyTogether(Map.of("x/wall", client, "y/wall", server));
    }

    private static State together(final String one, final String other) {
        return () -> cluster.applyTogether(Map.of("y/one", one, "y/other", other));
    }

    private static String namespace(final String name) {
        return "namespaceSelector: {matchLabels: {ns: " + name + "}}";
    }

    private static String rule(final String peer, final int first, final int last) {
        return "{from: [{%s}], ports: [{port: %d, endPort: %d, protocol: UDP}]}"
                .formatted(peer, first, last);
    }

    private static String ingress(final String... rules) {
        return "podSelector: {matchLabels: {pod: a}}\npolicyTypes: [Ingress]\ningress: ["
                + String.join(", ", rules)
                + "]";
    }

    private static State policy(final String... rules) {
        return () -> cluster.apply("y/alternating", ingress(rules));
    }

    /** Nothing is lost of a flow that both states allow. */
    private static void always(final boolean ipv6, final State one, final State other)
            throws Exception {
        one.enter();
        final long before = dropped();
        final Stream flood = flood(ipv6, ALWAYS, one, other);

        assertThat(dropped()).as("drops of %s", flood).isEqualTo(before);
        assertThat(flood.received()).isPositive();
    }

    /** Nothing arrives of a flow that both states deny. */
    private static void never(final boolean ipv6, final State one, final State other)
            throws Exception {
        one.enter();
        final long before = dropped();
        final Stream flood = flood(ipv6, NEVER, one, other);

        assertThat(flood.received()).as("arrivals of %s", flood).isZero();
        // The counters that say that nothing was dropped do count.
        Await.until(() -> dropped() == before + flood.sent(), "all drops to be counted");
    }

    private static Stream flood(
            final boolean ipv6, final int port, final State one, final State other)
            throws Exception {
        final Stream flood;
        traffic.stream(CLIENT, SERVER, cluster.pods().get(SERVER).address(ipv6), port, 0);
        try {
            for (int i = 0; i < CHANGES; i++) {
                (i % 2 == 0 ? other : one).enter();
            }
        } finally {
            flood = traffic.stop().get(0);
        }
        assertThat(flood.sent()).isGreaterThan(CHANGES);
        return flood;
    }

    private static long dropped() throws Exception {
        return cluster.dropped(CLIENT) + cluster.dropped(SERVER);
    }
}
