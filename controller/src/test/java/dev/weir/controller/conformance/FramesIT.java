package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Crafted frames from one pod to another, through both hooks and the bridge between them. */
@KernelTest
@ExtendWith(SharedCluster.class)
class FramesIT {
    private static final String ONLY_80_INTO_YA =
            """
            podSelector: {matchLabels: {pod: a}}
            policyTypes: [Ingress]
            ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80, protocol: UDP}]}]
            """;
    private static final String ONLY_80_OUT_OF_XA =
            """
            podSelector: {matchLabels: {pod: a}}
            policyTypes: [Egress]
            egress: [{to: [{namespaceSelector: {}}], ports: [{port: 80, protocol: UDP}]}]
            """;
    private static final int ALLOWED = 80;
    private static final int DENIED = 79;

    private static Cluster cluster;
    private static Traffic traffic;
    private static Pod from;
    private static Pod to;
    private static String fromMac;
    private static String toMac;
    private static int number = 30_000; // of source ports and fragments

    @BeforeAll
    static void openTwoPods(final Cluster shared) throws Exception {
        cluster = shared;
        traffic = new Traffic(cluster.folder());
        from = cluster.pods().get("x/a");
        to = cluster.pods().get("y/a");
        traffic.open(from.name(), from.netns());
        traffic.open(to.name(), to.netns());
        fromMac = from.mac();
        toMac = to.mac();
    }

    @AfterAll
    static void close() throws Exception {
        traffic.close();
    }

    @AfterEach
    void reset() throws Exception {
        cluster.reset();
    }

    private static Packets ip(final boolean ipv6) {
        return Packets.ip(from.address(ipv6), to.address(ipv6)).macs(fromMac, toMac);
    }

    private static Packets udp(final boolean ipv6, final int port) {
        return ip(ipv6).udp(++number, port).payload(64);
    }

    private static List<Boolean> deliver(final Packets... packets) throws IOException {
        return traffic.deliver(from, to, Stream.of(packets).map(Packets::build).toList());
    }

    private static void restrict(final boolean atTheReceiver) throws IOException {
        if (atTheReceiver) {
            cluster.apply("y/only-80", ONLY_80_INTO_YA);
        } else {
            cluster.apply("x/only-80", ONLY_80_OUT_OF_XA);
        }
    }

    /** Family, and the hook that decides. */
    static Stream<List<Boolean>> families() {
        return Stream.of(
                List.of(false, false),
                List.of(false, true),
                List.of(true, false),
                List.of(true, true));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldJudgeAllFragmentsAsTheFirst(final List<Boolean> how) throws Exception {
        final boolean ipv6 = how.get(0);
        restrict(how.get(1));

        final int one = ++number;
        assertThat(deliver(first(ipv6, ALLOWED, one), later(ipv6, one)))
                .containsExactly(true, true);
        final int two = ++number;
        assertThat(deliver(first(ipv6, DENIED, two), later(ipv6, two)))
                .containsExactly(false, false);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropAFragmentThatComesBeforeItsFirst(final List<Boolean> how) throws Exception {
        final boolean ipv6 = how.get(0);
        restrict(how.get(1));

        final int denied = ++number;
        assertThat(deliver(later(ipv6, denied), first(ipv6, DENIED, denied), later(ipv6, denied)))
                .containsExactly(false, false, false);
        final int allowed = ++number;
        // Dropped, not remembered: nothing of a datagram passes that no first fragment vouches for.
        assertThat(deliver(later(ipv6, allowed), first(ipv6, ALLOWED, allowed)))
                .containsExactly(false, true);
        assertThat(deliver(later(ipv6, allowed))).containsExactly(true);
    }

    private static Packets first(final boolean ipv6, final int port, final int id) {
        return ip(ipv6).udp(id, port).fragment(id, 0, true).payload(64);
    }

    private static Packets later(final boolean ipv6, final int id) {
        return ip(ipv6).udp(0, 0).fragment(id, 72, false).payload(64);
    }

    static Stream<UnaryOperator<Packets>> chains() {
        return Stream.of(
                packet -> packet.hopByHop(0),
                packet -> packet.routing(2),
                packet -> packet.destinationOptions(1),
                packet -> packet.authentication(),
                packet -> packet.fragment(9, 0, false),
                packet ->
                        packet.hopByHop(0)
                                .destinationOptions(1)
                                .routing(2)
                                .authentication()
                                .destinationOptions(0)
                                .fragment(9, 0, false));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void shouldFindThePortBehindExtensionHeaders(final UnaryOperator<Packets> chain)
            throws Exception {
        for (final boolean atTheReceiver : new boolean[] {false, true}) {
            restrict(atTheReceiver);
            assertThat(deliver(chain.apply(udp(true, ALLOWED)), chain.apply(udp(true, DENIED))))
                    .containsExactly(true, false);
            cluster.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 12, 40})
    void shouldFindThePortBehindIpv4Options(final int bytes) throws Exception {
        for (final boolean atTheReceiver : new boolean[] {false, true}) {
            restrict(atTheReceiver);
            final byte[] noOperations = new byte[bytes];
            Arrays.fill(noOperations, (byte) 1);
            assertThat(
                            deliver(
                                    udp(false, ALLOWED).options(noOperations),
                                    udp(false, DENIED).options(noOperations)))
                    .containsExactly(true, false);
            cluster.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDropSpoofedSources(final boolean ipv6) throws Exception {
        final String own = from.address(ipv6);
        final String other = cluster.pods().get("y/b").address(ipv6);
        final String node = ipv6 ? Pod.GATEWAY_V6 : Pod.GATEWAY_V4;
        final String world = ipv6 ? "2001:db8::7" : "192.0.2.7";
        final String target = to.address(ipv6);

        assertThat(
                        deliver(
                                Packets.ip(own, target).macs(fromMac, toMac).udp(1, 80),
                                Packets.ip(other, target).macs(fromMac, toMac).udp(2, 80),
                                Packets.ip(node, target).macs(fromMac, toMac).udp(3, 80),
                                Packets.ip(world, target).macs(fromMac, toMac).udp(4, 80),
                                Packets.ip(target, target).macs(fromMac, toMac).udp(5, 80),
                                Packets.ip(own, target).macs(toMac, toMac).udp(6, 80)))
                .containsExactly(true, false, false, false, false, false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPassAnErrorOnlyAboutAConnectionThatIsThere(final boolean ipv6) throws Exception {
        cluster.apply("y/closed", "podSelector: {}\npolicyTypes: [Ingress]\ningress: []");
        final int port = ++number;
        final String own = from.address(ipv6);
        final String peer = to.address(ipv6);
        final byte[] sent =
                Packets.ip(peer, own).macs(toMac, fromMac).udp(port, 9).payload(20).build();
        assertThat(deliver(ip(ipv6).unreachable(sent))).containsExactly(false);

        assertThat(traffic.deliver(to, from, List.of(sent))).containsExactly(true);

        assertThat(deliver(ip(ipv6).unreachable(sent))).containsExactly(true);
        final byte[] neverSent =
                Packets.ip(peer, own).macs(toMac, fromMac).udp(port, 10).payload(20).build();
        assertThat(deliver(ip(ipv6).unreachable(neverSent))).containsExactly(false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepSctpPortsApart(final boolean ipv6) throws Exception {
        cluster.apply("y/only-80", ONLY_80_INTO_YA.replace("UDP", "SCTP"));

        assertThat(
                        deliver(
                                ip(ipv6).sctp(7, ALLOWED).payload(20),
                                ip(ipv6).sctp(7, DENIED).payload(20),
                                ip(ipv6).udp(7, ALLOWED).payload(20)))
                .containsExactly(true, false, false);
    }
}
