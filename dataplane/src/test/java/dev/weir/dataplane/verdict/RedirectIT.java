package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.ACK;
import static dev.weir.dataplane.testkit.Packets.FIN;
import static dev.weir.dataplane.testkit.Packets.PSH;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.Station;
import dev.weir.dataplane.testkit.CounterPicture;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * DESIGN 2.9: the sender's program judges for both, and hands the frame to the other veth's peer.
 */
@KernelTest
class RedirectIT {
    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final String CLIENT_IP = "10.1.0.2";
    private static final String SERVER_IP = "10.1.0.3";
    private static final String CLIENT_IP6 = "fd00::2";
    private static final String SERVER_IP6 = "fd00::3";
    private static final MacAddress CLIENT_MAC = ProgramUnderTest.MAC;
    private static final MacAddress SERVER_MAC = MacAddress.parse("02:00:00:00:00:02");
    private static final int CLIENT_ID = 300;
    private static final int SERVER_ID = 301;
    private static final int CLIENT_POLICY = 5;
    private static final int SERVER_POLICY = 6;
    private static final int BRIDGE = 3;
    private static final int LOOPBACK = 1;
    private static final int SERVER_IF_INDEX = 4_711;
    private static final long LEASE_MILLIS = 60_000;

    private static final int PASS = -1;
    private static final int SHOT = 2;
    private static final int REDIRECT = 7;

    @RegisterExtension static final ProgramUnderTest weir = new ProgramUnderTest();

    private int sendersBridge;

    @BeforeEach
    void twoContainersOfOneBridge() {
        sendersBridge = BRIDGE;
        weir.endpoint(CLIENT, CLIENT_MAC, CLIENT_IP, CLIENT_IP6)
                .endpoint(SERVER, SERVER_MAC, SERVER_IP, SERVER_IP6)
                .peer(CLIENT_IP, CLIENT_ID)
                .peer(SERVER_IP, SERVER_ID)
                .peer(CLIENT_IP6, CLIENT_ID)
                .peer(SERVER_IP6, SERVER_ID);
        weir.dataplane().forwarding().clear();
        weir.dataplane().forwarding().put(new Station(SERVER_MAC, BRIDGE), SERVER_IF_INDEX, SERVER);
        weir.dataplane().forwarding().put(new Station(CLIENT_MAC, BRIDGE), LOOPBACK, CLIENT);
        assertThat(weir.dataplane().redirection().renew(LEASE_MILLIS)).isTrue();
    }

    /** What a run did: its answer, and what it counted of both. */
    private record Both(int answer, CounterPicture client, CounterPicture server) {
        void countedOnlyOfTheClient() {
            assertThat(client.counts().get(EGRESS)).hasSize(1);
            assertThat(client.counts().get(INGRESS)).isEmpty();
            assertThat(server.counts().get(INGRESS)).isEmpty();
            assertThat(server.counts().get(EGRESS)).isEmpty();
        }
    }

    private Both sent(final Packets packet) {
        return sent(CLIENT, packet);
    }

    private Both sent(final int sender, final Packets packet) {
        final CounterPicture client = picture(CLIENT);
        final CounterPicture server = picture(SERVER);
        final int answer = run(sender, packet);
        return new Both(answer, picture(CLIENT).minus(client), picture(SERVER).minus(server));
    }

    private static CounterPicture picture(final int endpoint) {
        return CounterPicture.of(weir.dataplane().counters(), endpoint);
    }

    private int run(final int sender, final Packets packet) {
        return weir.run(
                        weir.fromProgram(),
                        sender,
                        EGRESS,
                        packet.build(),
                        run -> {
                            weir.dataplane().endpoints().bridge(LOOPBACK, sendersBridge);
                            return run;
                        })
                .returnValue();
    }

    /** The one in a while that is left to the bridge. */
    private void oneOverTheBridge(final int sender, final Packets packet) {
        run(sender, packet);
    }

    private void oneOverTheBridge() {
        oneOverTheBridge(CLIENT, Packets.ip(CLIENT_IP, SERVER_IP).udp(9, 9));
    }

    private static Packets toServer(final int flags) {
        return Packets.ip(CLIENT_IP, SERVER_IP).tcp(4000, 80).flags(flags);
    }

    private static Packets toClient(final int flags) {
        return Packets.ip(SERVER_IP, CLIENT_IP)
                .macs(SERVER_MAC.toString(), CLIENT_MAC.toString())
                .tcp(80, 4000)
                .flags(flags);
    }

    @Test
    void shouldRedirectAndCountForBothWhatBothLetThrough() {
        weir.policy(CLIENT, CLIENT_POLICY, EGRESS).policy(SERVER, SERVER_POLICY, INGRESS);
        weir.allow(CLIENT_POLICY, SERVER_ID, EGRESS, Packets.TCP, 80, 21)
                .allow(SERVER_POLICY, CLIENT_ID, INGRESS, Packets.TCP, 80, 22);
        oneOverTheBridge();
        final long frames = weir.dataplane().counters().redirectedFrames(SERVER);

        final Both both = sent(toServer(SYN));

        assertThat(both.answer()).isEqualTo(REDIRECT);
        assertThat(both.client().counts().get(EGRESS)).containsOnlyKeys(Reason.POLICY);
        assertThat(both.server().counts().get(INGRESS)).containsOnlyKeys(Reason.POLICY);
        assertThat(both.client().counts().get(INGRESS)).isEmpty();
        assertThat(both.server().counts().get(EGRESS)).isEmpty();
        assertThat(weir.flow(CLIENT, 4000, 80).orElseThrow().rule()).isEqualTo(21);
        assertThat(weir.flow(SERVER, 80, 4000).orElseThrow().rule()).isEqualTo(22);
        assertThat(weir.dataplane().counters().redirectedFrames(SERVER)).isEqualTo(frames + 1);
    }

    @Test
    void shouldDropWhatTheReceiverDoesNotLetIn() {
        weir.policy(SERVER, SERVER_POLICY, INGRESS);
        oneOverTheBridge();

        final Both both = sent(toServer(SYN));

        assertThat(both.answer()).isEqualTo(SHOT);
        assertThat(both.client().counts().get(EGRESS)).containsOnlyKeys(Reason.NOT_ISOLATED);
        assertThat(both.server().counts().get(INGRESS)).containsOnlyKeys(Reason.NO_RULE);
    }

    @Test
    void shouldNotAskTheReceiverAboutWhatTheSenderMayNotSend() {
        weir.policy(CLIENT, CLIENT_POLICY, EGRESS);
        oneOverTheBridge();

        final Both both = sent(toServer(SYN));

        assertThat(both.answer()).isEqualTo(SHOT);
        assertThat(both.client().counts().get(EGRESS)).containsOnlyKeys(Reason.NO_RULE);
        both.countedOnlyOfTheClient();
    }

    @Test
    void shouldFollowAConnectionAtBothEndsInBothDirections() {
        weir.policy(SERVER, SERVER_POLICY, INGRESS);
        weir.allow(SERVER_POLICY, CLIENT_ID, INGRESS, Packets.TCP, 80, 22);
        oneOverTheBridge();
        assertThat(sent(toServer(SYN)).answer()).isEqualTo(REDIRECT);
        oneOverTheBridge(SERVER, toClient(SYN | ACK));
        assertThat(sent(SERVER, toClient(SYN | ACK)).answer()).isEqualTo(REDIRECT);
        oneOverTheBridge();
        assertThat(sent(toServer(ACK)).answer()).isEqualTo(REDIRECT);
        for (int i = 0; i < 5; i++) {
            final Both data = sent(toServer(PSH | ACK));
            assertThat(data.answer()).isEqualTo(REDIRECT);
            assertThat(data.client().counts().get(EGRESS)).hasSize(1);
            assertThat(data.server().counts().get(INGRESS)).hasSize(1);
        }
        assertThat(sent(toServer(FIN | ACK)).answer()).isEqualTo(REDIRECT);

        assertThat(weir.flow(CLIENT, 4000, 80).orElseThrow().packets(EGRESS)).isEqualTo(8);
        assertThat(weir.flow(SERVER, 80, 4000).orElseThrow().packets(INGRESS)).isEqualTo(8);
    }

    @Test
    void shouldCutAConnectionThatTheReceiverDoesNotLetInAnyMore() {
        weir.policy(SERVER, SERVER_POLICY, INGRESS);
        weir.allow(SERVER_POLICY, CLIENT_ID, INGRESS, Packets.UDP, 53, 22);
        final Packets query = Packets.ip(CLIENT_IP, SERVER_IP).udp(5000, 53);
        oneOverTheBridge();
        assertThat(sent(query).answer()).isEqualTo(REDIRECT);

        final int next = weir.revision() + 1;
        weir.policyFrom(next, SERVER, SERVER_POLICY + 1, INGRESS).policyFrom(next, CLIENT, 0);
        weir.revision(next);

        final Both both = sent(query);
        assertThat(both.answer()).isEqualTo(SHOT);
        assertThat(both.server().counts().get(INGRESS)).containsOnlyKeys(Reason.CUT);
    }

    @Test
    void shouldLeaveOneInAWhileToTheBridgeSoThatItKnowsThePort() {
        weir.dataplane().endpoints().unbind(LOOPBACK);

        final Both first = sent(toServer(SYN));
        final Both second = sent(toServer(SYN));

        assertThat(first.answer()).isEqualTo(PASS);
        first.countedOnlyOfTheClient();
        assertThat(second.answer()).isEqualTo(REDIRECT);
    }

    static Stream<Arguments> thingsForTheBridge() {
        return Stream.of(
                Arguments.of(
                        "another's MAC",
                        toServer(SYN).macs(CLIENT_MAC.toString(), "02:00:00:00:00:09")),
                Arguments.of(
                        "its own MAC",
                        toServer(SYN).macs(CLIENT_MAC.toString(), CLIENT_MAC.toString())),
                Arguments.of("all", toServer(SYN).macs(CLIENT_MAC.toString(), "ff:ff:ff:ff:ff:ff")),
                Arguments.of("an echo", Packets.ip(CLIENT_IP, SERVER_IP).echoRequest(1, 1)),
                Arguments.of("a tag", toServer(SYN).vlan(7)),
                Arguments.of(
                        "a fragment",
                        Packets.ip(CLIENT_IP, SERVER_IP)
                                .fragment(1, 0, true)
                                .udp(1, 2)
                                .payload(64)),
                Arguments.of("ARP", Packets.arp(CLIENT_IP, SERVER_IP)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thingsForTheBridge")
    void shouldLeaveToTheBridge(final String what, final Packets packet) {
        oneOverTheBridge();

        final Both both = sent(packet);

        assertThat(both.answer()).isEqualTo(PASS);
        both.countedOnlyOfTheClient();
    }

    @Test
    void shouldNotCrossFromOneBridgeToAnother() {
        oneOverTheBridge();
        sendersBridge = BRIDGE + 1;

        final Both both = sent(toServer(SYN));

        assertThat(both.answer()).isEqualTo(PASS);
        both.countedOnlyOfTheClient();
    }

    @Test
    void shouldLeaveAllToTheBridgeWhenNobodyLooksAnyMore() {
        oneOverTheBridge();
        weir.dataplane().redirection().stop();
        assertThat(sent(toServer(SYN)).answer()).isEqualTo(PASS);

        weir.dataplane().redirection().renew(LEASE_MILLIS);
        assertThat(sent(toServer(SYN)).answer()).isEqualTo(REDIRECT);

        weir.dataplane().redirection().renew(-LEASE_MILLIS);
        assertThat(sent(toServer(SYN)).answer()).isEqualTo(PASS);
    }

    @Test
    void shouldForgetAStationThatWasRemoved() {
        oneOverTheBridge();
        weir.dataplane().forwarding().remove(new Station(SERVER_MAC, BRIDGE));

        final Both both = sent(toServer(SYN));

        assertThat(both.answer()).isEqualTo(PASS);
        both.countedOnlyOfTheClient();
    }

    static Stream<Arguments> policies() {
        return Stream.of(
                Arguments.of("nobody", EnumSet.noneOf(Direction.class), List.of()),
                Arguments.of("server, none", EnumSet.of(INGRESS), List.of()),
                Arguments.of("server, one port", EnumSet.of(INGRESS), List.of(80)),
                Arguments.of("both, two ports", EnumSet.allOf(Direction.class), List.of(80, 53)),
                Arguments.of("client, one port", EnumSet.of(EGRESS), List.of(53)));
    }

    /** The same packets over the bridge, past both programs, and redirected, past one. */
    @ParameterizedTest(name = "isolated: {0}")
    @MethodSource("policies")
    void shouldDecideAndCountAsTheTwoProgramsDo(
            final String who, final Set<Direction> isolated, final List<Integer> ports) {
        final List<Packets> packets =
                List.of(
                        toServer(SYN),
                        toServer(ACK),
                        toServer(SYN),
                        toServer(PSH | ACK).payload(700),
                        toServer(FIN | ACK),
                        toServer(SYN | FIN),
                        Packets.ip(CLIENT_IP, SERVER_IP).udp(5000, 53).payload(30),
                        Packets.ip(CLIENT_IP, SERVER_IP).udp(5000, 53).payload(31),
                        Packets.ip(CLIENT_IP6, SERVER_IP6).udp(5000, 53).payload(30),
                        Packets.ip(CLIENT_IP6, SERVER_IP6).tcp(4001, 80).flags(SYN),
                        Packets.ip("10.1.0.77", SERVER_IP).tcp(4002, 80).flags(SYN),
                        Packets.ip(CLIENT_IP, SERVER_IP).sctp(5, 6),
                        Packets.ip(CLIENT_IP, SERVER_IP).echoRequest(7, 1),
                        toServer(SYN).macs("02:00:00:00:00:77", SERVER_MAC.toString()));
        for (final Packets packet : packets) {
            final Both redirected = afterwards(isolated, ports, packets, packet, true);
            final Both bridged = afterwards(isolated, ports, packets, packet, false);
            assertThat(redirected.client().counts())
                    .as(Packets.hex(packet.build()))
                    .isEqualTo(bridged.client().counts());
            assertThat(redirected.server().counts())
                    .as(Packets.hex(packet.build()))
                    .isEqualTo(bridged.server().counts());
            assertThat(redirected.answer() == SHOT)
                    .as(Packets.hex(packet.build()))
                    .isEqualTo(bridged.answer() == SHOT);
        }
    }

    /** What becomes of {@code packet} after those before it. */
    private Both afterwards(
            final Set<Direction> isolated,
            final List<Integer> ports,
            final List<Packets> packets,
            final Packets packet,
            final boolean redirect) {
        weir.reset();
        twoContainersOfOneBridge();
        final Direction[] client =
                isolated.contains(EGRESS) ? new Direction[] {EGRESS} : new Direction[0];
        final Direction[] server =
                isolated.contains(INGRESS) ? new Direction[] {INGRESS} : new Direction[0];
        weir.policy(CLIENT, CLIENT_POLICY, client).policy(SERVER, SERVER_POLICY, server);
        for (final int port : ports) {
            for (final int protocol : new int[] {Packets.TCP, Packets.UDP}) {
                weir.allow(CLIENT_POLICY, SERVER_ID, EGRESS, protocol, port, 21)
                        .allow(SERVER_POLICY, CLIENT_ID, INGRESS, protocol, port, 22);
            }
        }
        if (!redirect) {
            weir.dataplane().redirection().stop();
        }
        oneOverTheBridge();
        Both last = null;
        for (final Packets each : packets) {
            last = throughAll(each);
            if (each == packet) {
                return last;
            }
        }
        throw new IllegalArgumentException("packet: not among the packets");
    }

    /** A redirected frame has met both; what was left to the bridge goes on to the other hook. */
    private Both throughAll(final Packets packet) {
        final CounterPicture client = picture(CLIENT);
        final CounterPicture server = picture(SERVER);
        int answer = run(CLIENT, packet);
        if (answer == PASS) {
            answer = weir.toContainer(SERVER, packet.build()).returnValue();
        }
        return new Both(answer, picture(CLIENT).minus(client), picture(SERVER).minus(server));
    }
}
