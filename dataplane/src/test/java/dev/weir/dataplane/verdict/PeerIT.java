package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.FIRST_REVISION;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.KeyHash;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.verdict.ProgramTables.ControlWord;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the other side is: exact address, longest prefix, the world, the node. */
@KernelTest
class PeerIT {
    private static final int HOST = 1;
    private static final int WORLD = 2;

    /** The highest bits of two words: what one adds to the product, the other takes from it. */
    private static final String KNOWN = "2001:db8:0:1::1";

    private static final String OTHER = "2001:db8:0:81::81";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    private static Packets udp(final String from) {
        return Packets.ip(from, from.contains(":") ? LOCAL6 : LOCAL4).udp(4000, 53);
    }

    @Test
    void shouldBeTheWorldWhereNothingIsKnown() {
        assertThatPacket(container.toContainer(udp("192.0.2.1")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(WORLD);
        assertThatPacket(container.toContainer(udp("2001:db8::1")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(WORLD);
    }

    @Test
    void shouldPreferTheExactAddressToAnyPrefix() {
        container.cidr("10.1.0.0/16", 400);
        container.cidr("10.1.0.3/32", 401);
        container.peer("10.1.0.3", 300);

        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(300);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 403",
        "10.1.2.4, 402",
        "10.1.3.3, 401",
        "10.2.0.1, 400",
        "11.0.0.1, 399",
        "fd00:0:1::7, 503",
        "fd00:0:1::8, 502",
        "fd00:0:2::7, 501",
        "fe00::1, 2"
    })
    void shouldPreferTheLongestPrefix(final String address, final int identity) {
        container.cidr("0.0.0.0/0", 399);
        container.cidr("10.0.0.0/8", 400);
        container.cidr("10.1.0.0/16", 401);
        container.cidr("10.1.2.0/24", 402);
        container.cidr("10.1.2.3/32", 403);
        container.cidr("fd00::/16", 501);
        container.cidr("fd00:0:1::/48", 502);
        container.cidr("fd00:0:1::7/128", 503);

        assertThatPacket(container.toContainer(udp(address)))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(identity);
    }

    @Test
    void shouldLetPolicyNameACidr() {
        container.cidr("192.0.2.0/24", 400);
        container.isolated(INGRESS).given(Rule.allow(INGRESS).peer(400).udp(53).as(3));

        assertThatPacket(container.toContainer(udp("192.0.2.77"))).passed(Reason.POLICY).byRule(3);
        assertThatPacket(container.toContainer(udp("192.0.3.77"))).dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassNothingForAnotherPeerWhoseAddressesHaveTheSameProduct() {
        container.cidr(KNOWN + "/128", 400);
        container.isolated(INGRESS).given(Rule.allow(INGRESS).peer(400).udp(53).as(3));

        assertThatPacket(container.toContainer(udp(KNOWN))).inNewFlow().byRule(3);
        assertThatPacket(container.toContainer(udp(KNOWN))).inSameFlow();
        assertThatPacket(container.toContainer(udp(OTHER))).dropped(Reason.NO_RULE);
        assertThatPacket(container.toContainer(udp(KNOWN))).inSameFlow();
        assertThat(hash(OTHER)).isEqualTo(hash(KNOWN));
    }

    @Test
    void shouldCountNothingForAnotherPeerWhoseAddressesHaveTheSameProduct() {
        assertThatPacket(container.toContainer(udp(KNOWN))).inNewFlow();
        assertThatPacket(container.toContainer(udp(OTHER))).inNewFlow();
        assertThatPacket(container.toContainer(udp(KNOWN))).inSameFlow();
        assertThat(hash(OTHER)).isEqualTo(hash(KNOWN));
    }

    private static long hash(final String remote) {
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyView.LENGTH]);
        new FlowKeyView(key, 0)
                .set(
                        new FlowKey(
                                CONTAINER,
                                IpAddress.parse(LOCAL6),
                                IpAddress.parse(remote),
                                53,
                                4000,
                                17));
        return new KeyHash(ProgramTables.SEED).of(key, 0);
    }

    @Test
    void shouldLookUpPrefixesOnlyWhereTheAgentSaysThereAreSome() {
        container.cidr("192.0.2.0/24", 400);
        container.tables().control(ControlWord.FLAGS, 4); // of IPv6 only

        assertThatPacket(container.toContainer(udp("192.0.2.77")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(WORLD);
    }

    @Test
    void shouldPassTheNodeBothWaysWhateverPolicySays() {
        container.peer("10.1.0.1", HOST);
        container
                .isolated(INGRESS, EGRESS)
                .given(Rule.deny(INGRESS).as(1), Rule.deny(EGRESS).as(2));

        assertThatPacket(container.toContainer(udp("10.1.0.1")))
                .passed(Reason.HOST)
                .byRule(0)
                .withRemoteIdentity(HOST);
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL4, "10.1.0.1").udp(1, 2)))
                .passed(Reason.HOST);
    }

    @Test
    void shouldJudgeTheNodeLikeAnyPeerWhenToldTo() {
        container.peer("10.1.0.1", HOST);
        container.hostPolicy();
        container.isolated(INGRESS).given(Rule.allow(INGRESS).peer(HOST).udp(53).as(3));

        assertThatPacket(container.toContainer(udp("10.1.0.1"))).passed(Reason.POLICY).byRule(3);
        assertThatPacket(container.toContainer(Packets.ip("10.1.0.1", LOCAL4).udp(1, 54)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldSwitchAnIdentityWithTheRevisionItHoldsFrom() {
        container.tables().peer(IpAddress.parse("10.1.0.3"), 301, 300, FIRST_REVISION + 1);
        container.tables().cidr(IpPrefix.parse("192.0.2.0/24"), 401, 400, FIRST_REVISION + 1);
        container.tables().control(ControlWord.FLAGS, 2);

        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(300);
        assertThatPacket(container.toContainer(udp("192.0.2.1")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(400);

        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(301);
        assertThatPacket(container.toContainer(udp("192.0.2.1")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(401);
    }

    @Test
    void shouldNotKnowAnAddressBeforeItsRevision() {
        container.cidr("10.1.0.0/16", 400);
        container.tables().peer(IpAddress.parse("10.1.0.3"), 301, 0, FIRST_REVISION + 1);

        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(400);
        container.revision(FIRST_REVISION + 1);
        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(301);
    }

    @Test
    void shouldCompareRevisionsAcrossTheWrap() {
        container.revision(-1);
        container.tables().peer(IpAddress.parse("10.1.0.3"), 301, 300, 0);

        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(300);
        container.revision(0);
        assertThatPacket(container.toContainer(udp("10.1.0.3")))
                .passed(Reason.NOT_ISOLATED)
                .withRemoteIdentity(301);
    }
}
