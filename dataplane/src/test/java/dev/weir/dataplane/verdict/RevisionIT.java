package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.ACK;
import static dev.weir.dataplane.testkit.Packets.FIN;
import static dev.weir.dataplane.testkit.Packets.RST;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.FIRST_REVISION;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.POLICY;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DESIGN 2.3: a policy change is one store, and established connections are decided again. */
@KernelTest
class RevisionIT {
    private static final String PEER = "10.1.0.3";
    private static final int PEER_ID = 300;
    private static final Rule ALLOW = Rule.allow(INGRESS).peer(PEER_ID).tcp(80).as(1);
    private static final Rule SAME = Rule.allow(INGRESS).peer(PEER_ID).tcp(80).as(2);
    private static final Rule OTHER_PORT = Rule.allow(INGRESS).peer(PEER_ID).tcp(81).as(3);
    private static final Set<Direction> IN = EnumSet.of(INGRESS);

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    @BeforeEach
    void peer() {
        container.peer(PEER, PEER_ID);
    }

    private static Packets in(final int flags) {
        return Packets.ip(PEER, LOCAL4).tcp(4000, 80).flags(flags);
    }

    private static Packets out(final int flags) {
        return Packets.ip(LOCAL4, PEER).tcp(80, 4000).flags(flags);
    }

    private void establish() {
        assertThatPacket(container.toContainer(in(SYN))).passed(Reason.POLICY);
        assertThatPacket(container.fromContainer(out(SYN | ACK))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(in(ACK)))
                .passed(Reason.POLICY)
                .withState(TcpState.ESTABLISHED);
    }

    @Test
    void shouldIgnoreTheInactiveSlotUntilTheRevisionIsRaised() {
        container.isolated(INGRESS).given(ALLOW);
        container.prepare(FIRST_REVISION + 1, POLICY + 1, IN, OTHER_PORT);

        assertThatPacket(container.toContainer(in(SYN))).passed(Reason.POLICY).byRule(1);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).tcp(1, 81).flags(SYN)))
                .dropped(Reason.NO_RULE);

        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).tcp(1, 81).flags(SYN)))
                .passed(Reason.POLICY)
                .byRule(3);
        assertThatPacket(container.toContainer(Packets.ip(PEER, LOCAL4).tcp(1, 80).flags(SYN)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldKeepAnEstablishedConnectionThatIsStillAllowed() {
        container.isolated(INGRESS).given(ALLOW);
        establish();
        container.prepare(FIRST_REVISION + 1, POLICY + 1, IN, SAME);
        container.revision(FIRST_REVISION + 1);

        assertThatPacket(container.toContainer(in(ACK)))
                .passed(Reason.POLICY)
                .byRule(2)
                .inSameFlow()
                .withState(TcpState.ESTABLISHED);
        assertThatPacket(container.fromContainer(out(ACK))).passed(Reason.POLICY).byRule(2);
    }

    @Test
    void shouldCutAnEstablishedConnectionInBothDirections() {
        container.isolated(INGRESS).given(ALLOW);
        establish();
        container.prepare(FIRST_REVISION + 1, POLICY + 1, IN, OTHER_PORT);
        container.revision(FIRST_REVISION + 1);

        // The first packet after the change goes against the opener's direction.
        assertThatPacket(container.fromContainer(out(ACK))).dropped(Reason.CUT);
        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.CUT);
        assertThatPacket(container.fromContainer(out(ACK))).dropped(Reason.CUT).deniedTimes(2);
        assertThatPacket(container.fromContainer(out(FIN | ACK))).dropped(Reason.CUT);
        assertThatPacket(container.toContainer(in(RST))).dropped(Reason.CUT);
    }

    @Test
    void shouldCutByADenyingRuleAndCountForIt() {
        container.isolated(INGRESS).given(ALLOW);
        establish();
        container.prepare(
                FIRST_REVISION + 1, POLICY + 1, IN, Rule.deny(INGRESS).as(9).precedence(1), SAME);
        container.revision(FIRST_REVISION + 1);

        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.CUT).byRule(9);
        assertThatPacket(container.fromContainer(out(ACK))).dropped(Reason.CUT).byRule(9);
    }

    @Test
    void shouldLetACutConnectionGoOnUnderALaterPolicy() {
        container.isolated(INGRESS).given(ALLOW);
        establish();
        container.prepare(FIRST_REVISION + 1, POLICY + 1, IN, OTHER_PORT);
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.CUT);

        container.prepare(FIRST_REVISION + 2, POLICY + 2, IN, SAME);
        container.revision(FIRST_REVISION + 2);
        assertThatPacket(container.fromContainer(out(ACK))).passed(Reason.POLICY).byRule(2);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.POLICY).byRule(2);
    }

    @Test
    void shouldCutWhenAnEndpointBecomesIsolated() {
        assertThatPacket(container.toContainer(in(SYN))).passed(Reason.NOT_ISOLATED);
        assertThatPacket(container.fromContainer(out(SYN | ACK))).passed(Reason.NOT_ISOLATED);
        container.prepare(FIRST_REVISION + 1, POLICY, IN);
        container.revision(FIRST_REVISION + 1);

        assertThatPacket(container.fromContainer(out(ACK))).dropped(Reason.CUT);
        // It was not established: that attempt has failed.
        assertThat(container.tables().counters().connectionsFailed(CONTAINER)).isEqualTo(1);
        container.prepare(FIRST_REVISION + 2, POLICY, EnumSet.noneOf(Direction.class));
        container.revision(FIRST_REVISION + 2);
        assertThatPacket(container.fromContainer(out(ACK))).passed(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldCutUdpInBothDirections() {
        container.isolated(EGRESS).given(Rule.allow(EGRESS).peer(PEER_ID).udp(53).as(1));
        final Packets query = Packets.ip(LOCAL4, PEER).udp(4000, 53);
        final Packets answer = Packets.ip(PEER, LOCAL4).udp(53, 4000);
        assertThatPacket(container.fromContainer(query)).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(answer)).passed(Reason.POLICY);

        container.prepare(FIRST_REVISION + 1, POLICY + 1, EnumSet.of(EGRESS));
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(answer)).dropped(Reason.CUT);
        assertThatPacket(container.fromContainer(query)).dropped(Reason.CUT);
    }

    @Test
    void shouldDecideAgainWhenThePeersIdentityChanges() {
        container.isolated(INGRESS).given(ALLOW);
        establish();
        container.prepare(FIRST_REVISION + 1, POLICY, IN, ALLOW);
        container.tables().peer(IpAddress.parse(PEER), 301, PEER_ID, FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.POLICY);

        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.CUT);
    }

    @Test
    void shouldAskAgainAboutADeniedOpenerUnderANewRevision() {
        container.isolated(INGRESS);
        assertThatPacket(container.toContainer(in(SYN))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(in(SYN))).dropped(Reason.NO_RULE).deniedTimes(2);

        container.prepare(FIRST_REVISION + 1, POLICY + 1, IN, SAME);
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(in(SYN))).passed(Reason.POLICY).byRule(2);
    }

    @Test
    void shouldKeepAnAdoptedConnectionWhileTheEndpointsPolicyStands() {
        container.isolated(INGRESS).given(OTHER_PORT);
        container.tables().adopt(key(), INGRESS, POLICY, container.jiffies());

        assertThatPacket(container.fromContainer(out(ACK)))
                .passed(Reason.ADOPTED)
                .withState(TcpState.ESTABLISHED);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.ADOPTED);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.ADOPTED).inSameFlow();

        container.prepare(FIRST_REVISION + 1, POLICY, IN, OTHER_PORT);
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.ADOPTED);

        container.prepare(FIRST_REVISION + 2, POLICY + 1, IN, OTHER_PORT);
        container.revision(FIRST_REVISION + 2);
        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.CUT);
    }

    @Test
    void shouldKnowThatAConnectionWasAdoptedWhenConntrackForgetsIt() {
        container.isolated(INGRESS).given(OTHER_PORT);
        container.tables().adopt(key(), INGRESS, POLICY, container.jiffies());
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.ADOPTED);

        assertThat(container.tables().forget(key())).isTrue();
        container.prepare(FIRST_REVISION + 1, POLICY, IN, OTHER_PORT);
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(in(ACK))).passed(Reason.ADOPTED).inSameFlow();

        assertThat(container.tables().forget(key())).isTrue();
        container.prepare(FIRST_REVISION + 2, POLICY + 1, IN, OTHER_PORT);
        container.revision(FIRST_REVISION + 2);
        assertThatPacket(container.toContainer(in(ACK))).dropped(Reason.CUT);
    }

    private static FlowKey key() {
        return new FlowKey(
                CONTAINER, IpAddress.parse(LOCAL4), IpAddress.parse(PEER), 80, 4000, Packets.TCP);
    }
}
