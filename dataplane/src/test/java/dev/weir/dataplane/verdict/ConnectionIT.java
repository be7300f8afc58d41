package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.ACK;
import static dev.weir.dataplane.testkit.Packets.FIN;
import static dev.weir.dataplane.testkit.Packets.RST;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.verdict.ProgramTables.ControlWord;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps 3 and 4 of DESIGN 2.2: replies, ends, new connections with an old tuple, expiry. */
@KernelTest
class ConnectionIT {
    private static final String PEER = "10.1.0.3";
    private static final FlowKey KEY =
            new FlowKey(
                    CONTAINER,
                    IpAddress.parse(LOCAL4),
                    IpAddress.parse(PEER),
                    4000,
                    80,
                    Packets.TCP);

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    private static Packets out(final int flags) {
        return Packets.ip(LOCAL4, PEER).tcp(4000, 80).flags(flags);
    }

    private static Packets in(final int flags) {
        return Packets.ip(PEER, LOCAL4).tcp(80, 4000).flags(flags);
    }

    private void establish() {
        assertThatPacket(container.fromContainer(out(SYN))).passed(Reason.NOT_ISOLATED);
        assertThatPacket(container.toContainer(in(SYN | ACK))).passed(Reason.NOT_ISOLATED);
        assertThatPacket(container.fromContainer(out(ACK))).passed(Reason.NOT_ISOLATED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPassRepliesIntoAnIsolatedDirection(final boolean cached) {
        if (!cached) {
            container.neverCached();
        }
        container.isolated(INGRESS);
        establish();

        assertThatPacket(container.toContainer(in(ACK)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow()
                .replied(true)
                .openedByLocal(true);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.NOT_ISOLATED).inSameFlow();
        assertThatPacket(container.fromContainer(out(ACK)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow();
    }

    @Test
    void shouldPassUdpRepliesIntoAnIsolatedDirection() {
        container.isolated(INGRESS);

        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).udp(53, 4000)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).udp(4000, 53)))
                .passed(Reason.NOT_ISOLATED)
                .replied(false);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).udp(53, 4000)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow()
                .replied(true);
    }

    @Test
    void shouldJudgeASynFromTheOtherSideAnew() {
        container.isolated(INGRESS);
        establish();

        assertThatPacket(container.toContainer(in(SYN))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldTakeARepeatedSynForTheSameConnection() {
        assertThatPacket(container.fromContainer(out(SYN))).inNewFlow();
        assertThatPacket(container.fromContainer(out(SYN)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow()
                .withState(TcpState.SYN_SENT);
        assertThat(container.tables().counters().connectionsOpened(CONTAINER)).isEqualTo(1);
    }

    @Test
    void shouldMakeANewFlowWhenATupleIsTakenAgainAfterFins() {
        establish();
        assertThatPacket(container.fromContainer(out(FIN | ACK))).withState(TcpState.CLOSING);
        assertThatPacket(container.toContainer(in(FIN | ACK))).withState(TcpState.CLOSED);
        assertThatPacket(container.fromContainer(out(ACK))).inSameFlow().withState(TcpState.CLOSED);

        assertThatPacket(container.fromContainer(out(SYN)))
                .passed(Reason.NOT_ISOLATED)
                .inNewFlow()
                .withState(TcpState.SYN_SENT);
        assertThat(container.tables().counters().connectionsOpened(CONTAINER)).isEqualTo(2);
        assertThat(container.tables().counters().flowsEvicted(CONTAINER)).isEqualTo(1);
    }

    @Test
    void shouldMakeANewFlowWhenATupleIsTakenAgainAfterAReset() {
        establish();
        assertThatPacket(container.toContainer(in(RST))).withState(TcpState.RESET);

        assertThatPacket(container.fromContainer(out(SYN)))
                .inNewFlow()
                .withState(TcpState.SYN_SENT);
        assertThatPacket(container.toContainer(in(SYN | ACK)))
                .inSameFlow()
                .withState(TcpState.SYN_ACKED);
    }

    @Test
    void shouldFollowStatesAndTellARefusalFromAReset() {
        assertThatPacket(container.fromContainer(out(SYN))).withState(TcpState.SYN_SENT);
        assertThatPacket(container.toContainer(in(RST | ACK))).withState(TcpState.REFUSED);

        assertThat(container.tables().counters().connectionsOpened(CONTAINER)).isEqualTo(1);
        assertThat(container.tables().counters().connectionsFailed(CONTAINER)).isEqualTo(1);
    }

    @Test
    void shouldMeasureBothHalvesOfAHandshake() {
        container.fromContainer(out(SYN));
        final FlowEntry acked = container.toContainer(in(SYN | ACK)).flow().orElseThrow();
        assertThat(acked.handshakeNetworkNanos()).isPositive();
        assertThat(acked.handshakeContainerNanos()).isZero();

        final FlowEntry open = container.fromContainer(out(ACK)).flow().orElseThrow();
        assertThat(open.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(open.handshakeNetworkNanos()).isEqualTo(acked.handshakeNetworkNanos());
        assertThat(open.handshakeContainerNanos()).isPositive();
    }

    @Test
    void shouldCountTheHandshakeOfAServerTheOtherWayRound() {
        container.toContainer(in(SYN));
        final FlowEntry acked = container.fromContainer(out(SYN | ACK)).flow().orElseThrow();

        assertThat(acked.handshakeContainerNanos()).isPositive();
        assertThat(acked.handshakeNetworkNanos()).isZero();
    }

    @Test
    void shouldGatherFlagsByDirection() {
        establish();
        final FlowEntry flow = container.fromContainer(out(ACK | Packets.PSH)).flow().orElseThrow();

        assertThat(flow.tcpFlags(EGRESS)).isEqualTo(SYN | ACK | Packets.PSH);
        assertThat(flow.tcpFlags(INGRESS)).isEqualTo(SYN | ACK);
    }

    @Test
    void shouldKeepTheServiceClassOfTheFlow() {
        final Packets packet = Packets.ip(LOCAL4, PEER).udp(1, 2).dscp(46);

        assertThat(container.fromContainer(packet).flow().orElseThrow().dscp()).isEqualTo(46);
    }

    @Test
    void shouldTakeAConnectionWithoutASynForAnOpenOne() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).tcp(4000).as(3));

        assertThatPacket(container.toContainer(in(ACK)))
                .passed(Reason.POLICY)
                .byRule(3)
                .withState(TcpState.ESTABLISHED);
        assertThat(container.tables().counters().connectionsOpened(CONTAINER)).isZero();
    }

    @Test
    void shouldPutAConnectionBackThatConntrackLost() {
        container.isolated(INGRESS);
        establish();
        final int created = connection().getInt(ProgramTables.CONNECTION_CREATED);
        assertThat(container.tables().forget(KEY)).isTrue();
        container.neverCached();

        // Without it, this reply would be an opener that no rule allows.
        assertThatPacket(container.toContainer(in(ACK)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow()
                .openedByLocal(true)
                .replied(true)
                .withState(TcpState.ESTABLISHED);
        assertThat(connection().getInt(ProgramTables.CONNECTION_CREATED)).isEqualTo(created);
    }

    @Test
    void shouldNotPutAConnectionBackThatIsTooOld() {
        container.isolated(INGRESS);
        container.tables().control(ControlWord.TIMEOUT_UDP, 0);
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).udp(4000, 53)))
                .passed(Reason.NOT_ISOLATED);
        assertThat(container.tables().forget(udpKey())).isTrue();
        container.awaitJiffy();

        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).udp(53, 4000)))
                .dropped(Reason.NO_RULE);
    }

    private static FlowKey udpKey() {
        return new FlowKey(
                CONTAINER, IpAddress.parse(LOCAL4), IpAddress.parse(PEER), 4000, 53, Packets.UDP);
    }

    private UnsafeBuffer connection() {
        return container.tables().connection(KEY).orElseThrow();
    }

    static Stream<Arguments> timeouts() {
        return Stream.of(
                Arguments.of(ControlWord.TIMEOUT_TCP_SYN, TcpState.SYN_SENT),
                Arguments.of(ControlWord.TIMEOUT_TCP_SYN, TcpState.SYN_ACKED),
                Arguments.of(ControlWord.TIMEOUT_TCP_ESTABLISHED, TcpState.ESTABLISHED),
                Arguments.of(ControlWord.TIMEOUT_TCP_SYN, TcpState.CLOSING),
                Arguments.of(ControlWord.TIMEOUT_TCP_CLOSING, TcpState.CLOSED),
                Arguments.of(ControlWord.TIMEOUT_TCP_CLOSING, TcpState.RESET),
                Arguments.of(ControlWord.TIMEOUT_TCP_CLOSING, TcpState.REFUSED));
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void shouldForgetTcpWhenItWasIdleForItsStatesTimeout(
            final ControlWord timeout, final TcpState state) {
        final int limit = 1_000_000;
        container.isolated(INGRESS);
        container.tables().control(timeout, limit);
        establish();
        container.neverCached();
        connection().putByte(ProgramTables.CONNECTION_STATE, (byte) state.ordinal());
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.NOT_ISOLATED);

        container.tables().age(KEY, limit - 1000);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.NOT_ISOLATED);

        container.tables().age(KEY, limit + 1);
        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.NO_RULE);
    }

    @ParameterizedTest
    @CsvSource({
        "17, false, TIMEOUT_UDP",
        "17, true, TIMEOUT_UDP_REPLIED",
        "1, true, TIMEOUT_ICMP",
        "47, true, TIMEOUT_OTHER"
    })
    void shouldForgetWhatIsNotTcpByItsOwnTimeout(
            final int protocol, final boolean replied, final ControlWord timeout) {
        final FlowKey key =
                new FlowKey(
                        CONTAINER,
                        IpAddress.parse(LOCAL4),
                        IpAddress.parse(PEER),
                        protocol == 47 ? 0 : 4000,
                        protocol == 17 ? 53 : 0,
                        protocol);
        final Packets request = Packets.ip(LOCAL4, PEER);
        final Packets reply = Packets.ip(PEER, LOCAL4);
        switch (protocol) {
            case 17 -> {
                request.udp(4000, 53);
                reply.udp(53, 4000);
            }
            case 1 -> {
                request.echoRequest(4000, 1);
                reply.echoReply(4000, 1);
            }
            default -> {
                request.protocol(47).payload(8);
                reply.protocol(47).payload(8);
            }
        }
        container.isolated(INGRESS);
        container.neverCached();
        container.tables().control(timeout, 1_000_000);
        container.fromContainer(request);
        if (replied) {
            container.toContainer(reply);
        }

        container.tables().age(key, 1_000_001);
        assertThatPacket(container.toContainer(reply)).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldRefreshConntrackFromTheCache() {
        establish();
        container.awaitJiffy();
        final int before = container.tables().expires(KEY);
        assertThatPacket(container.fromContainer(out(ACK))).inSameFlow();
        assertThat(container.tables().expires(KEY)).isEqualTo(before);

        container.awaitJiffy();
        container.tables().control(ControlWord.REFRESH, 1);
        assertThatPacket(container.fromContainer(out(ACK))).inSameFlow();
        assertThat(container.tables().expires(KEY)).isGreaterThan(before);
    }
}
