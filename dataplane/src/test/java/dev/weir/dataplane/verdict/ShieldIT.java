package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.testkit.Packets.ACK;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.FIRST_REVISION;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.ContainerUnderTest.MAC;
import static dev.weir.dataplane.verdict.ContainerUnderTest.POLICY;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shield drops what TC would, counts that, and leaves no trace of anything else. */
@KernelTest
class ShieldIT {
    private static final String PEER = "10.1.0.3";
    private static final String PEER6 = "fd00::3";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    private static Packets syn(final String to, final int port) {
        return Packets.ip(to.contains(":") ? LOCAL6 : LOCAL4, to).tcp(4000, port).flags(SYN);
    }

    @ParameterizedTest
    @ValueSource(strings = {PEER, PEER6})
    void shouldDropAndCountWhatNoRuleAllows(final String peer) {
        container.isolated(EGRESS).given(Rule.allow(EGRESS).tcp(80));

        assertThatPacket(container.shield(syn(peer, 81)))
                .dropped(Reason.NO_RULE)
                .deniedAt(peer.contains(":") ? LOCAL6 : LOCAL4, peer, 81, 4000)
                .deniedTimes(1);
        assertThatPacket(container.shield(syn(peer, 81))).dropped(Reason.NO_RULE).deniedTimes(2);
        assertThatPacket(container.fromContainer(syn(peer, 81)))
                .dropped(Reason.NO_RULE)
                .deniedTimes(3);
        assertThatPacket(container.shield(syn(peer, 80))).passedUntouched();
    }

    @Test
    void shouldDropWhatARuleDeniesAndCountForIt() {
        container.isolated(EGRESS).given(Rule.deny(EGRESS).udp(53).as(5));

        for (int i = 1; i <= 3; i++) {
            assertThatPacket(container.shield(Packets.ip(LOCAL4, PEER).udp(1, 53)))
                    .dropped(Reason.DENY_RULE)
                    .byRule(5)
                    .deniedTimes(i);
        }
    }

    @Test
    void shouldDropSpoofedPackets() {
        assertThatPacket(container.shield(Packets.ip("10.1.0.66", PEER).udp(1, 2)))
                .dropped(Reason.SPOOFED_ADDRESS);
        assertThatPacket(
                        container.shield(
                                Packets.ip(LOCAL4, PEER).macs("02:00:00:00:00:66", MAC).udp(1, 2)))
                .dropped(Reason.SPOOFED_MAC);
        assertThatPacket(container.shield(Packets.arp(LOCAL4, PEER).macs("02:00:00:00:00:01", MAC)))
                .passedUntouched();
    }

    @Test
    void shouldLeaveToTcWhatIsAllowed() {
        assertThatPacket(container.shield(syn(PEER, 80))).passedUntouched();
        container.given(Rule.audit(EGRESS).as(3));
        container.revision(FIRST_REVISION + 2);
        assertThatPacket(container.shield(syn(PEER, 80))).passedUntouched();
    }

    @Test
    void shouldLeaveToTcTheRepliesOfAllowedConnections() {
        container.isolated(EGRESS);
        final Packets reply = Packets.ip(LOCAL4, PEER).tcp(80, 4000).flags(SYN | ACK);
        assertThatPacket(container.shield(reply)).dropped(Reason.NO_RULE);

        container.toContainer(Packets.ip(PEER, LOCAL4).tcp(4000, 80).flags(SYN));
        assertThatPacket(container.shield(reply)).passedUntouched();
        assertThatPacket(container.fromContainer(reply)).passed(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldLeaveToTcACutConnection() {
        container.fromContainer(syn(PEER, 80));
        container.toContainer(Packets.ip(PEER, LOCAL4).tcp(80, 4000).flags(SYN | ACK));
        container.prepare(FIRST_REVISION + 1, POLICY, EnumSet.of(EGRESS));
        container.revision(FIRST_REVISION + 1);

        final Packets next = Packets.ip(LOCAL4, PEER).tcp(4000, 80).flags(ACK);
        assertThatPacket(container.shield(next)).passedUntouched();
        assertThatPacket(container.fromContainer(next)).dropped(Reason.CUT);
    }

    @Test
    void shouldLeaveToTcWhatNeedsItsState() {
        container.isolated(EGRESS);
        final byte[] quoted = Packets.ip(PEER, LOCAL4).udp(1, 2).payload(20).build();

        assertThatPacket(
                        container.shield(
                                Packets.ip(LOCAL4, PEER)
                                        .udp(1, 2)
                                        .fragment(3, 0, true)
                                        .payload(64)))
                .passedUntouched();
        assertThatPacket(container.shield(Packets.ip(LOCAL4, PEER).unreachable(quoted)))
                .passedUntouched();
        assertThatPacket(container.shield(Packets.ethernet(0x88CC).payload(60))).passedUntouched();
        assertThatPacket(container.shield(Packets.ip("::", "ff02::1").icmp(135, 0, 0, 0).ttl(255)))
                .passedUntouched();
        assertThatPacket(container.shield(Packets.ip(LOCAL4, PEER).tcp(1, 2).truncatedTo(40)))
                .passedUntouched();
    }

    @Test
    void shouldJudgeTaggedAndPortlessPackets() {
        container.isolated(EGRESS);

        assertThatPacket(container.shield(Packets.ip(LOCAL4, PEER).vlan(5).udp(1, 53)))
                .dropped(Reason.NO_RULE)
                .deniedAt(LOCAL4, PEER, 53, 1);
        assertThatPacket(container.shield(Packets.ip(LOCAL4, PEER).protocol(47)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(container.shield(Packets.ip(LOCAL4, PEER).echoRequest(1, 1)))
                .dropped(Reason.NO_RULE);
    }
}
