package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Later fragments share the verdict and the ports of the first. */
@KernelTest
class FragmentIT {
    private static final String PEER = "10.1.0.3";
    private static final String PEER6 = "fd00::3";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    private static Packets udp(final String from, final int port) {
        return Packets.ip(from, from.contains(":") ? LOCAL6 : LOCAL4).udp(4000, port);
    }

    private static Packets first(final String from, final int port, final int id) {
        return udp(from, port).fragment(id, 0, true).payload(64);
    }

    private static Packets later(final String from, final int id) {
        return udp(from, 0).fragment(id, 72, false).payload(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {PEER, PEER6})
    void shouldPassLaterFragmentsWithTheFirst(final String peer) {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53).as(3));

        assertThatPacket(container.toContainer(first(peer, 53, 7)))
                .passed(Reason.POLICY)
                .byRule(3)
                .withPorts(53, 4000);
        assertThatPacket(container.toContainer(later(peer, 7)))
                .passed(Reason.POLICY)
                .byRule(3)
                .inSameFlow()
                .withPorts(53, 4000);
        assertThatPacket(container.toContainer(later(peer, 8))).dropped(Reason.FRAGMENT_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {PEER, PEER6})
    void shouldDropLaterFragmentsWithTheFirst(final String peer) {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53).as(3));

        assertThatPacket(container.toContainer(first(peer, 54, 7))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(later(peer, 7)))
                .dropped(Reason.NO_RULE)
                .deniedTimes(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {PEER, PEER6})
    void shouldDropAFragmentBeforeItsFirstWhereIsolated(final String peer) {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53).as(3));

        assertThatPacket(container.toContainer(later(peer, 7))).dropped(Reason.FRAGMENT_UNKNOWN);
        assertThatPacket(container.toContainer(first(peer, 53, 7))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(later(peer, 7))).passed(Reason.POLICY);
    }

    @Test
    void shouldPassAFragmentBeforeItsFirstWhereNotIsolated() {
        assertThatPacket(container.toContainer(later(PEER, 7)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(0, 0);
        assertThatPacket(container.toContainer(first(PEER, 53, 7)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(53, 4000);
    }

    @Test
    void shouldNotMixDirectionsProtocolsOrEndpoints() {
        container.isolated(INGRESS, EGRESS).given(Rule.allow(INGRESS).udp(53).as(3));
        assertThatPacket(container.toContainer(first(PEER, 53, 7))).passed(Reason.POLICY);

        assertThatPacket(
                        container.fromContainer(
                                Packets.ip(LOCAL4, PEER).udp(0, 0).fragment(7, 72, false)))
                .dropped(Reason.FRAGMENT_UNKNOWN);
        assertThatPacket(
                        container.toContainer(
                                Packets.ip(PEER, LOCAL4)
                                        .tcp(4000, 53)
                                        .fragment(7, 72, false)
                                        .payload(40)))
                .dropped(Reason.FRAGMENT_UNKNOWN);
    }

    @Test
    void shouldPassFragmentsOfAReply() {
        container.isolated(INGRESS);
        container.fromContainer(Packets.ip(LOCAL4, PEER).udp(53, 4000));

        assertThatPacket(container.toContainer(first(PEER, 53, 7)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow();
        assertThatPacket(container.toContainer(later(PEER, 7)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 132, 1})
    void shouldDropAFirstFragmentThatIsCutInsideItsTransportHeader(final int protocol) {
        assertThatPacket(
                        container.toContainer(
                                Packets.ip(PEER, LOCAL4)
                                        .protocol(protocol)
                                        .fragment(7, 0, true)
                                        .payload(4)))
                .dropped(Reason.MALFORMED_FRAGMENT)
                .recordedNowhere();
    }

    @Test
    void shouldDropATinyFirstFragmentOfIpv6() {
        assertThatPacket(
                        container.toContainer(
                                Packets.ip(PEER6, LOCAL6)
                                        .protocol(Packets.ICMPV6)
                                        .fragment(7, 0, true)
                                        .payload(4)))
                .dropped(Reason.MALFORMED_FRAGMENT);
    }

    @Test
    void shouldJudgeTheFirstFragmentOfASyn() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).tcp(80).as(3));
        final Packets syn =
                Packets.ip(PEER, LOCAL4).tcp(4000, 80).flags(SYN).fragment(7, 0, true).payload(4);

        assertThatPacket(container.toContainer(syn))
                .passed(Reason.POLICY)
                .withState(TcpState.SYN_SENT);
        assertThatPacket(
                        container.toContainer(
                                Packets.ip(PEER, LOCAL4)
                                        .tcp(0, 0)
                                        .fragment(7, 24, false)
                                        .payload(40)))
                .passed(Reason.POLICY)
                .inSameFlow()
                .withState(TcpState.SYN_SENT);
    }

    @Test
    void shouldTellSpoofedFragments() {
        assertThatPacket(
                        container.fromContainer(
                                Packets.ip("10.1.0.66", PEER)
                                        .udp(1, 2)
                                        .fragment(7, 0, true)
                                        .payload(64)))
                .dropped(Reason.SPOOFED_ADDRESS);
        assertThatPacket(
                        container.fromContainer(
                                Packets.ip("10.1.0.66", PEER)
                                        .udp(1, 2)
                                        .fragment(7, 72, false)
                                        .payload(64)))
                .dropped(Reason.SPOOFED_ADDRESS);
    }

    @Test
    void shouldKeyTheFragmentsOfAPortlessProtocol() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).protocol(47).as(3));
        final Packets start =
                Packets.ip(PEER, LOCAL4).protocol(47).fragment(7, 0, true).payload(64);
        final Packets end = Packets.ip(PEER, LOCAL4).protocol(47).fragment(7, 64, false).payload(8);

        assertThatPacket(container.toContainer(start)).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(end)).passed(Reason.POLICY).inSameFlow();
    }

    @Test
    void shouldFollowFragmentsWhoseFragmentablePartBeginsWithOptions() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53).as(3));
        // RFC 8200 4.5: every fragment names the first header of the fragmentable part.
        final byte[] start =
                Packets.ip(PEER6, LOCAL6)
                        .fragment(7, 0, true)
                        .protocol(60)
                        .payload(
                                new byte[] {
                                    17,
                                    0,
                                    1,
                                    4,
                                    0,
                                    0,
                                    0,
                                    0, // destination options, then UDP
                                    15,
                                    (byte) 160,
                                    0,
                                    53,
                                    0,
                                    100,
                                    0,
                                    0
                                })
                        .build();
        final byte[] end =
                Packets.ip(PEER6, LOCAL6).fragment(7, 16, false).protocol(60).payload(8).build();

        assertThatPacket(container.toContainer(start))
                .passed(Reason.POLICY)
                .withPorts(53, 4000)
                .withProtocol(Packets.UDP);
        assertThatPacket(container.toContainer(end))
                .passed(Reason.POLICY)
                .inSameFlow()
                .withProtocol(Packets.UDP);
    }
}
