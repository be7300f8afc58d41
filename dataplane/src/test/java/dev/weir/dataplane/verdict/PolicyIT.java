package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Step 6 of DESIGN 2.2: which rows match, and which of them decides. */
@KernelTest
class PolicyIT {
    private static final String WEB = "10.1.0.3";
    private static final String OTHER = "10.1.0.4";
    private static final String WEB6 = "fd00::3";
    private static final int WEB_ID = 300;
    private static final int OTHER_ID = 301;

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    @BeforeEach
    void peers() {
        container.peer(WEB, WEB_ID);
        container.peer(WEB6, WEB_ID);
        container.peer(OTHER, OTHER_ID);
    }

    private static Packets tcp(final String from, final int port) {
        return Packets.ip(from, from.contains(":") ? LOCAL6 : LOCAL4).tcp(4000, port).flags(SYN);
    }

    private static Packets udp(final String from, final int port) {
        return Packets.ip(from, LOCAL4).udp(4000, port);
    }

    @Test
    void shouldPassAndCountWhereNotIsolated() {
        assertThatPacket(container.toContainer(tcp(WEB, 80)))
                .passed(Reason.NOT_ISOLATED)
                .byRule(0)
                .inNewFlow()
                .withRemoteIdentity(WEB_ID);
        container.isolated(INGRESS);
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, WEB).tcp(1, 2).flags(SYN)))
                .passed(Reason.NOT_ISOLATED)
                .openedByLocal(true);
    }

    @Test
    void shouldDropWhatNoRuleAllows() {
        container.isolated(INGRESS);

        assertThatPacket(container.toContainer(tcp(WEB, 80)))
                .dropped(Reason.NO_RULE)
                .byRule(0)
                .deniedAt(LOCAL4, WEB, 80, 4000);
    }

    @Test
    void shouldPassOnlyTheAllowedIdentityAndPort() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).peer(WEB_ID).tcp(80).as(42));

        assertThatPacket(container.toContainer(tcp(WEB, 80)))
                .passed(Reason.POLICY)
                .byRule(42)
                .inNewFlow()
                .withPorts(80, 4000)
                .withRemoteIdentity(WEB_ID)
                .withVerdict(Verdict.ALLOWED)
                .openedByLocal(false);
        assertThatPacket(container.toContainer(tcp(WEB6, 80))).passed(Reason.POLICY).byRule(42);
        assertThatPacket(container.toContainer(tcp(WEB, 81))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(udp(WEB, 80))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(tcp(OTHER, 80))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(tcp("192.0.2.1", 80))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldAskTheRowsOfTheDirectionThatOpens() {
        container.isolated(INGRESS, EGRESS).given(Rule.allow(EGRESS).peer(WEB_ID).tcp(80).as(42));

        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, WEB).tcp(5, 80).flags(SYN)))
                .passed(Reason.POLICY)
                .byRule(42)
                .withPorts(5, 80);
        assertThatPacket(container.toContainer(tcp(WEB, 80))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassAnyPortOfAProtocol() {
        container
                .isolated(INGRESS)
                .given(Rule.allow(INGRESS).peer(WEB_ID).protocol(Packets.TCP).as(5));

        assertThatPacket(container.toContainer(tcp(WEB, 1))).passed(Reason.POLICY).byRule(5);
        assertThatPacket(container.toContainer(tcp(WEB, 65535))).passed(Reason.POLICY).byRule(5);
        assertThatPacket(container.toContainer(udp(WEB, 1))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassTheRangeThatAPrefixCovers() {
        container
                .isolated(INGRESS)
                .given(
                        Rule.allow(INGRESS).peer(WEB_ID).protocol(Packets.TCP).ports(8080, 12),
                        Rule.allow(INGRESS).peer(WEB_ID).protocol(Packets.TCP).ports(0x8000, 1));

        // 8080 is 0x1F90: its first 12 bits are 0x1F9, so 8080-8095.
        assertThatPacket(container.toContainer(tcp(WEB, 8079))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(tcp(WEB, 8080))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(tcp(WEB, 8095))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(tcp(WEB, 8096))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(tcp(WEB, 32767))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(tcp(WEB, 32768))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(tcp(WEB, 65535))).passed(Reason.POLICY);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void shouldKnowPrefixesOfEachLength(final int length) {
        final int first = 1 << 16 - length;
        container
                .isolated(INGRESS)
                .given(
                        Rule.allow(INGRESS)
                                .peer(WEB_ID)
                                .protocol(Packets.TCP)
                                .ports(first & 0xFFFF, length));

        assertThatPacket(container.toContainer(tcp(WEB, first))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(tcp(WEB, 2 * first - 1))).passed(Reason.POLICY);
        assertThatPacket(container.toContainer(tcp(WEB, first - 1))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassEveryProtocolOfAPeerWithoutPorts() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).peer(WEB_ID).as(9));

        assertThatPacket(container.toContainer(tcp(WEB, 80))).passed(Reason.POLICY).byRule(9);
        assertThatPacket(container.toContainer(udp(WEB, 53))).passed(Reason.POLICY).byRule(9);
        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).sctp(1, 2)))
                .passed(Reason.POLICY);
        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).echoRequest(1, 1)))
                .passed(Reason.POLICY);
        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).protocol(47)))
                .passed(Reason.POLICY);
        assertThatPacket(container.toContainer(tcp(OTHER, 80))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassNoOtherProtocolThroughARuleWithPorts() {
        container
                .isolated(INGRESS)
                .given(
                        Rule.allow(INGRESS).peer(WEB_ID).tcp(80),
                        Rule.allow(INGRESS).peer(WEB_ID).sctp(3868).as(6));

        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).echoRequest(1, 1)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).protocol(47)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).sctp(1, 3868)))
                .passed(Reason.POLICY)
                .byRule(6);
        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).sctp(1, 80)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassAPortlessProtocolByNumber() {
        container
                .isolated(INGRESS)
                .given(Rule.allow(INGRESS).peer(WEB_ID).protocol(Packets.ICMP).as(8));

        assertThatPacket(container.toContainer(Packets.ip(WEB, LOCAL4).echoRequest(1, 1)))
                .passed(Reason.POLICY)
                .byRule(8);
        assertThatPacket(container.toContainer(Packets.ip(WEB6, LOCAL6).echoRequest(1, 1)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassAnyPeer() {
        container.isolated(INGRESS).given(Rule.allow(INGRESS).udp(53).as(11));

        assertThatPacket(container.toContainer(udp(WEB, 53))).passed(Reason.POLICY).byRule(11);
        assertThatPacket(container.toContainer(udp("192.0.2.1", 53)))
                .passed(Reason.POLICY)
                .byRule(11);
        assertThatPacket(container.toContainer(udp(WEB, 54))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldLetTheSmallestPrecedenceDecide() {
        container
                .isolated(INGRESS)
                .given(
                        Rule.allow(INGRESS).peer(WEB_ID).tcp(80).as(1).precedence(20),
                        Rule.deny(INGRESS)
                                .peer(WEB_ID)
                                .protocol(Packets.TCP)
                                .ports(80, 12)
                                .as(2)
                                .precedence(10),
                        Rule.allow(INGRESS).tcp(80).as(3).precedence(5),
                        Rule.deny(INGRESS).as(4).precedence(30));

        assertThatPacket(container.toContainer(tcp(WEB, 80))).passed(Reason.POLICY).byRule(3);
        assertThatPacket(container.toContainer(tcp(WEB, 81)))
                .dropped(Reason.DENY_RULE)
                .byRule(2)
                .deniedAt(LOCAL4, WEB, 81, 4000);
        assertThatPacket(container.toContainer(tcp(WEB, 96))).dropped(Reason.DENY_RULE).byRule(4);
        assertThatPacket(container.toContainer(tcp(OTHER, 80))).passed(Reason.POLICY).byRule(3);
    }

    @Test
    void shouldBreakTiesByPeerThenByTheLongestPrefix() {
        container
                .isolated(INGRESS)
                .given(
                        Rule.allow(INGRESS).peer(WEB_ID).as(1).precedence(10),
                        Rule.allow(INGRESS).peer(WEB_ID).protocol(Packets.TCP).as(2).precedence(10),
                        Rule.deny(INGRESS).peer(WEB_ID).tcp(80).as(3).precedence(10),
                        Rule.deny(INGRESS).tcp(81).as(4).precedence(10));

        assertThatPacket(container.toContainer(tcp(WEB, 80))).dropped(Reason.DENY_RULE).byRule(3);
        assertThatPacket(container.toContainer(tcp(WEB, 81))).passed(Reason.POLICY).byRule(2);
        assertThatPacket(container.toContainer(udp(WEB, 81))).passed(Reason.POLICY).byRule(1);
        assertThatPacket(container.toContainer(tcp(OTHER, 81))).dropped(Reason.DENY_RULE).byRule(4);
    }

    @Test
    void shouldCountEveryPacketOfADenyingRule() {
        container.isolated(INGRESS).given(Rule.deny(INGRESS).peer(WEB_ID).tcp(80).as(4));

        for (int i = 1; i <= 3; i++) {
            assertThatPacket(container.toContainer(tcp(WEB, 80)))
                    .dropped(Reason.DENY_RULE)
                    .byRule(4)
                    .deniedTimes(i);
        }
    }

    @Test
    void shouldPassAndTellWhatAnAuditedPolicyWouldDeny() {
        container.given(
                Rule.allow(INGRESS).peer(WEB_ID).tcp(80).as(1).precedence(1).audited(true),
                Rule.audit(INGRESS).as(2).precedence(2));

        assertThatPacket(container.toContainer(tcp(WEB, 81)))
                .passed(Reason.AUDIT)
                .byRule(2)
                .withVerdict(Verdict.AUDIT);
        assertThatPacket(container.toContainer(tcp(WEB, 80)))
                .passed(Reason.POLICY)
                .byRule(1)
                .withVerdict(Verdict.ALLOWED);
    }

    @Test
    void shouldDropWhatIsNotAllowedWhateverWouldBeAudited() {
        container
                .isolated(INGRESS)
                .given(
                        Rule.allow(INGRESS).tcp(80).as(1),
                        Rule.audit(INGRESS).peer(WEB_ID).as(2),
                        Rule.allow(INGRESS).audited(true).as(3).precedence(2000));

        assertThatPacket(container.toContainer(tcp(WEB, 81))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(tcp(WEB, 80)))
                .passed(Reason.AUDIT)
                .byRule(2)
                .withVerdict(Verdict.AUDIT);
        assertThatPacket(container.toContainer(tcp(OTHER, 80))).passed(Reason.POLICY).byRule(1);
    }

    @Test
    void shouldAskForAuditsOfAnEndpointThatNothingIsolates() {
        container.given(Rule.audit(INGRESS).tcp(81).as(2));

        assertThatPacket(container.toContainer(tcp(WEB, 81))).passed(Reason.AUDIT).byRule(2);
        assertThatPacket(container.toContainer(tcp(WEB, 80))).passed(Reason.NOT_ISOLATED).byRule(0);
    }

    @Test
    void shouldNeverCutAContainerOffFromItself() {
        container.isolated(INGRESS, EGRESS);

        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, LOCAL4).tcp(1, 2).flags(SYN)))
                .passed(Reason.NOT_ISOLATED);
    }
}
