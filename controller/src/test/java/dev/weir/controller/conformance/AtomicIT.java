package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.conformance.Traffic.Stream;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A packet sees the old policies or the new ones. Under a flood, two sets of policies take turns:
 * one flow both allow, by different rules, and one both deny, for different reasons. A mix of the
 * two would drop a packet of the first or let one of the second through.
 */
@KernelTest
@ExtendWith(SharedCluster.class)
class AtomicIT {
    private static final int CHANGES = 200;

    /** What {@code x/a} floods: this port is always open, that one never. */
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
        for (final String pod : List.of("x/a", "x/b", "y/a")) {
            traffic.open(pod, cluster.pods().get(pod).netns());
        }
    }

    @AfterAll
    static void close() throws Exception {
        traffic.close();
    }

    @AfterEach
    void reset() throws Exception {
        cluster.reset();
    }

    @Test
    void shouldSwitchRulesAndPortsAtOnce() throws Exception {
        alternate(
                policy(
                        "{from: [{podSelector: {}, namespaceSelector: {}}], ports: [{port: 80, endPort: 89, protocol: UDP}]}"
                                + ", {from: [{namespaceSelector: {matchLabels: {ns: z}}}], ports: [{port: 99, protocol: UDP}]}"),
                policy(
                        "{from: [{namespaceSelector: {matchLabels: {ns: z}}}], ports: [{port: 80, protocol: UDP}]}"
                                + ", {from: [{namespaceSelector: {matchLabels: {ns: x}}}], ports: [{port: 85, endPort: 98, protocol: UDP}]}"));
    }

    @Test
    void shouldSwitchBlocksAndSelectorsAtOnce() throws Exception {
        // x/a has 10.88.1.5. Each state gives its address another identity and other rows.
        alternate(
                policy(
                        "{from: [{ipBlock: {cidr: 10.88.0.0/16, except: [10.88.2.0/24]}}], ports: [{port: 85, protocol: UDP}]}"
                                + ", {from: [{ipBlock: {cidr: 10.88.0.0/16, except: [10.88.1.0/24]}}]}"),
                policy(
                        "{from: [{namespaceSelector: {matchLabels: {ns: x}}}], ports: [{port: 85, protocol: UDP}]}"
                                + ", {from: [{ipBlock: {cidr: 10.88.1.0/24, except: [10.88.1.0/28]}}]}"));
    }

    @Test
    void shouldSwitchIsolationAndRulesAtOnce() throws Exception {
        final State isolated =
                policy("{from: [{namespaceSelector: {}}], ports: [{port: 85, protocol: UDP}]}");
        cluster.apply("y/never", allowing("{ports: [{port: 85, protocol: UDP}]}"));
        alternate(isolated, () -> cluster.delete("NetworkPolicy/y/alternating"));
    }

    @Test
    void shouldSwitchTheLabelsOfANamespaceAtOnce() throws Exception {
        cluster.apply(
                "y/by-label",
                allowing(
                        "{from: [{namespaceSelector: {matchLabels: {role: one}}}], ports: [{port: 80, endPort: 85, protocol: UDP}]}, "
                                + "{from: [{namespaceSelector: {matchLabels: {role: two}}}], ports: [{port: 85, endPort: 90, protocol: UDP}]}"));
        alternate(
                () -> cluster.labelNamespace("x", Map.of("role", "one")),
                () -> cluster.labelNamespace("x", Map.of("role", "two")));
    }

    private static String allowing(final String rules) {
        return "podSelector: {matchLabels: {pod: a}}\npolicyTypes: [Ingress]\ningress: ["
                + rules
                + "]";
    }

    private static State policy(final String rules) {
        return () -> cluster.apply("y/alternating", allowing(rules));
    }

    /**
     * Floods while the states take turns; nothing is lost of one flow, nothing comes of the other.
     */
    private static void alternate(final State one, final State other) throws Exception {
        final String server = cluster.pods().get("y/a").address(false);
        one.enter();
        final long before = cluster.dropped("y/a");
        final Stream never;
        final Stream always;
        traffic.stream("x/a", "y/a", server, ALWAYS, 0);
        try {
            for (int i = 0; i < CHANGES; i++) {
                (i % 2 == 0 ? other : one).enter();
            }
        } finally {
            always = traffic.stop().get(0);
        }
        assertThat(always.sent()).isGreaterThan(CHANGES);
        assertThat(cluster.dropped("y/a")).as("drops of " + always).isEqualTo(before);

        traffic.stream("x/a", "y/a", server, NEVER, 0);
        try {
            for (int i = 0; i < CHANGES; i++) {
                (i % 2 == 0 ? other : one).enter();
            }
        } finally {
            never = traffic.stop().get(0);
        }
        assertThat(never.sent()).isGreaterThan(CHANGES);
        assertThat(never.received()).as("arrivals of " + never).isZero();
        // The counter that said that nothing was dropped does count.
        Await.until(
                () -> cluster.dropped("y/a") == before + never.sent(), "all drops to be counted");
        System.out.println("atomic: " + always + ", " + never);
    }
}
