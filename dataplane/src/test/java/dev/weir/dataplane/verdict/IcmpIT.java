package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.verdict.ContainerUnderTest.FIRST_REVISION;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.ContainerUnderTest.POLICY;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.verdict.ProgramTables.ControlWord;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Echo, and errors about connections. */
@KernelTest
class IcmpIT {
    private static final String PEER = "10.1.0.3";
    private static final String PEER6 = "fd00::3";
    private static final String ROUTER = "10.1.0.254";
    private static final String ROUTER6 = "fd00::fe";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    private static Packets udp(
            final String from, final String to, final int source, final int to2) {
        return Packets.ip(from, to).udp(source, to2).payload(40);
    }

    @ParameterizedTest
    @CsvSource({LOCAL4 + ", " + PEER, LOCAL6 + ", " + PEER6})
    void shouldKeyEchoByTheIdentifierOfWhoAsked(final String local, final String remote) {
        container.isolated(INGRESS);

        assertThatPacket(container.fromContainer(Packets.ip(local, remote).echoRequest(77, 1)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(77, 0);
        assertThatPacket(container.toContainer(Packets.ip(remote, local).echoReply(77, 1)))
                .passed(Reason.NOT_ISOLATED)
                .inSameFlow()
                .withPorts(77, 0);
        assertThatPacket(container.toContainer(Packets.ip(remote, local).echoRequest(77, 1)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(Packets.ip(remote, local).echoReply(78, 1)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassAnsweredEchoFromOutside() {
        container.isolated(INGRESS, EGRESS).given(Rule.allow(INGRESS).protocol(Packets.ICMP).as(4));

        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).echoRequest(5, 1)))
                .passed(Reason.POLICY)
                .withPorts(0, 5);
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).echoReply(5, 1)))
                .passed(Reason.POLICY)
                .inSameFlow();
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).echoRequest(6, 1)))
                .dropped(Reason.NO_RULE);
    }

    @ParameterizedTest
    @CsvSource({
        "3, " + LOCAL4 + ", " + PEER + ", " + ROUTER,
        "4, " + LOCAL4 + ", " + PEER + ", " + ROUTER,
        "5, " + LOCAL4 + ", " + PEER + ", " + ROUTER,
        "11, " + LOCAL4 + ", " + PEER + ", " + ROUTER,
        "12, " + LOCAL4 + ", " + PEER + ", " + ROUTER,
        "1, " + LOCAL6 + ", " + PEER6 + ", " + ROUTER6,
        "2, " + LOCAL6 + ", " + PEER6 + ", " + ROUTER6,
        "3, " + LOCAL6 + ", " + PEER6 + ", " + ROUTER6,
        "4, " + LOCAL6 + ", " + PEER6 + ", " + ROUTER6,
    })
    void shouldPassErrorsAboutAKnownConnection(
            final int type, final String local, final String remote, final String router) {
        container.isolated(INGRESS);
        final byte[] sent = udp(local, remote, 4000, 53).build();
        assertThatPacket(container.fromContainer(sent)).passed(Reason.NOT_ISOLATED);

        assertThatPacket(container.toContainer(Packets.ip(router, local).icmpError(type, 0, sent)))
                .passed(Reason.RELATED)
                .inNewFlow()
                .withPorts(0, 0);
        assertThatPacket(container.toContainer(Packets.ip(router, local).icmpError(type, 0, sent)))
                .passed(Reason.RELATED)
                .inSameFlow();
    }

    @Test
    void shouldPassTheContainersOwnErrorsAboutAKnownConnection() {
        container.isolated(EGRESS);
        final byte[] got = udp(PEER, LOCAL4, 4000, 53).build();
        assertThatPacket(container.toContainer(got)).passed(Reason.NOT_ISOLATED);

        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, PEER).unreachable(got)))
                .passed(Reason.RELATED);
    }

    @Test
    void shouldPassErrorsAboutAnEcho() {
        container.isolated(INGRESS);
        final byte[] ping = Packets.ip(LOCAL4, PEER).echoRequest(9, 1).payload(20).build();
        container.fromContainer(ping);

        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).icmpError(11, 0, ping)))
                .passed(Reason.RELATED);
    }

    @Test
    void shouldJudgeByPolicyErrorsThatBelongToNothing() {
        container.isolated(INGRESS);
        container.fromContainer(udp(LOCAL4, PEER, 4000, 53));
        final byte[] other = udp(LOCAL4, PEER, 4001, 53).build();

        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).unreachable(other)))
                .dropped(Reason.NO_RULE);

        container.isolated(INGRESS).given(Rule.allow(INGRESS).protocol(Packets.ICMP).as(4));
        container.revision(FIRST_REVISION + 2);
        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).unreachable(other)))
                .passed(Reason.POLICY)
                .byRule(4);
    }

    @Test
    void shouldNotPassAnErrorThatQuotesTheWrongDirection() {
        container.isolated(INGRESS);
        container.fromContainer(udp(LOCAL4, PEER, 4000, 53));

        // Quotes a packet that the container received, not one that it sent.
        assertThatPacket(
                        container.toContainer(
                                Packets.ip(ROUTER, LOCAL4)
                                        .unreachable(udp(PEER, LOCAL4, 53, 4000).build())))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldNotPassErrorsAboutACutConnection() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53));
        final byte[] got = udp(PEER, LOCAL4, 4000, 53).build();
        final byte[] sent = udp(LOCAL4, PEER, 53, 4000).build();
        container.toContainer(got);
        container.fromContainer(sent);
        container.prepare(FIRST_REVISION + 1, POLICY + 1, EnumSet.of(INGRESS, EGRESS));
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(got)).dropped(Reason.CUT);

        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).unreachable(sent)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldNotTrustAVerdictOfAnOlderRevision() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53));
        container.toContainer(udp(PEER, LOCAL4, 4000, 53));
        final byte[] sent = udp(LOCAL4, PEER, 53, 4000).build();
        final Packets error = Packets.ip(ROUTER, LOCAL4).unreachable(sent);
        assertThatPacket(container.toContainer(error)).passed(Reason.RELATED);

        container.prepare(FIRST_REVISION + 1, POLICY + 1, EnumSet.of(INGRESS));
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(error)).dropped(Reason.NO_RULE);
        assertThatPacket(container.fromContainer(sent)).dropped(Reason.CUT);
    }

    @Test
    void shouldNotPassErrorsAboutAConnectionThatExpired() {
        container.isolated(INGRESS);
        container.tables().control(ControlWord.TIMEOUT_UDP, 0);
        final byte[] sent = udp(LOCAL4, PEER, 4000, 53).build();
        container.fromContainer(sent);
        container.awaitJiffy();

        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).unreachable(sent)))
                .dropped(Reason.NO_RULE);
    }

    @ParameterizedTest
    @ValueSource(ints = {14 + 20 + 8, 14 + 20 + 8 + 19, 14 + 20 + 8 + 20 + 7})
    void shouldJudgeByPolicyErrorsThatQuoteTooLittle(final int length) {
        container.isolated(INGRESS);
        final byte[] sent = udp(LOCAL4, PEER, 4000, 53).build();
        container.fromContainer(sent);
        final byte[] quoted = java.util.Arrays.copyOf(sent, length - (20 + 8));

        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).icmpError(3, 3, quoted)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldJudgeByPolicyAnErrorThatQuotesALaterFragment() {
        container.isolated(INGRESS);
        container.fromContainer(udp(LOCAL4, PEER, 4000, 53));
        final byte[] later =
                Packets.ip(LOCAL4, PEER).udp(4000, 53).fragment(7, 1480, false).payload(40).build();

        assertThatPacket(container.toContainer(Packets.ip(ROUTER, LOCAL4).unreachable(later)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldNameTheErrorInItsFlow() {
        final byte[] sent = udp(LOCAL4, PEER, 4000, 53).build();
        container.fromContainer(sent);
        final FlowEntry flow =
                container
                        .toContainer(Packets.ip(ROUTER, LOCAL4).icmpError(3, 4, sent))
                        .flow()
                        .orElseThrow();

        assertThat(flow.icmpType()).isEqualTo(3);
        assertThat(flow.icmpCode()).isEqualTo(4);
        assertThat(flow.flags() & FlowEntry.UNCACHED).isNotZero();
    }
}
