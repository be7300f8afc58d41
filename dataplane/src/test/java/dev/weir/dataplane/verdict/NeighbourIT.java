package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a flow: ARP, neighbour discovery, listener reports, other protocols than IP. */
@KernelTest
class NeighbourIT {
    private static final String LINK_LOCAL = "fe80::ff:fe00:1"; // made of the MAC
    private static final String ROUTER = "fe80::1";
    private static final int LLDP = 0x88CC;

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    @Test
    void shouldPassArpBothWaysAlsoWhenIsolated() {
        container.isolated(INGRESS, EGRESS);

        assertThatPacket(container.fromContainer(Packets.arp(LOCAL4, "10.1.0.1")))
                .passed(Reason.NEIGHBOUR)
                .recordedNowhere();
        assertThatPacket(container.toContainer(Packets.arp("10.1.0.1", LOCAL4)))
                .passed(Reason.NEIGHBOUR);
    }

    @ParameterizedTest
    @ValueSource(ints = {133, 134, 135, 136, 137})
    void shouldPassNeighbourDiscoveryAlsoWhenIsolated(final int type) {
        container.isolated(INGRESS, EGRESS);

        assertThatPacket(
                        container.fromContainer(
                                Packets.ip(LOCAL6, "ff02::1")
                                        .icmp(type, 0, 0, 0)
                                        .payload(IpAddress.parse(LOCAL6).mapped())
                                        .ttl(255)))
                .passed(Reason.NEIGHBOUR)
                .recordedNowhere();
        assertThatPacket(
                        container.toContainer(
                                Packets.ip(ROUTER, LOCAL6)
                                        .icmp(type, 0, 0, 0)
                                        .payload(IpAddress.parse(ROUTER).mapped())
                                        .ttl(255)))
                .passed(Reason.NEIGHBOUR);
    }

    @Test
    void shouldPassTheProbeForAnAddressThatNobodyHasYet() {
        assertThatPacket(container.fromContainer(Packets.arp("0.0.0.0", LOCAL4)))
                .passed(Reason.NEIGHBOUR);
    }

    @Test
    void shouldDropArpThatClaimsAnAddressOfSomebodyElse() {
        assertThatPacket(container.fromContainer(Packets.arp("10.1.0.9", "10.1.0.1")))
                .dropped(Reason.SPOOFED_ADDRESS);
        assertThatPacket(container.toContainer(Packets.arp("10.1.0.9", LOCAL4)))
                .passed(Reason.NEIGHBOUR);
    }

    @Test
    void shouldDropArpThatClaimsItsAddressForTheMacOfSomebodyElse() {
        final byte[] frame = Packets.arp(LOCAL4, "10.1.0.1").build();
        frame[27]++; // the last byte of the sender's hardware address

        assertThatPacket(container.fromContainer(frame)).dropped(Reason.SPOOFED_MAC);
    }

    @Test
    void shouldDropArpThatIsCutShort() {
        assertThatPacket(
                        container.fromContainer(
                                Packets.arp(LOCAL4, "10.1.0.1").truncatedTo(14 + 27)))
                .dropped(Reason.MALFORMED_LINK);
    }

    @Test
    void shouldDropAnAdvertisementOfAnAddressOfSomebodyElse() {
        assertThatPacket(
                        container.fromContainer(
                                Packets.ip(LOCAL6, "ff02::1")
                                        .icmp(136, 0, 0, 0)
                                        .payload(IpAddress.parse(ROUTER).mapped())
                                        .ttl(255)))
                .dropped(Reason.SPOOFED_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {130, 131, 132, 143})
    void shouldPassListenerReportsAlsoWhenIsolated(final int type) {
        container.isolated(INGRESS, EGRESS);

        // MLD comes with a hop-by-hop header, RFC 3810 5.
        assertThatPacket(
                        container.fromContainer(
                                Packets.ip("::", "ff02::16")
                                        .hopByHop(0)
                                        .icmp(type, 0, 0, 0)
                                        .ttl(1)))
                .passed(Reason.NEIGHBOUR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", LINK_LOCAL, "fe80::1234", LOCAL6})
    void shouldLetNeighbourDiscoveryComeFromTheUnspecifiedAndLinkLocalAddresses(
            final String source) {
        assertThatPacket(container.fromContainer(solicitation(source))).passed(Reason.NEIGHBOUR);
    }

    @Test
    void shouldDropNeighbourDiscoveryFromForeignAddresses() {
        assertThatPacket(container.fromContainer(solicitation("fd00::66")))
                .dropped(Reason.SPOOFED_ADDRESS);
    }

    private static Packets solicitation(final String source) {
        return Packets.ip(source, "ff02::1").icmp(135, 0, 0, 0).ttl(255);
    }

    @Test
    void shouldJudgeByPolicyWhatOnlyLooksLikeNeighbourDiscovery() {
        container.isolated(INGRESS, EGRESS);

        // Routed here: the hop limit says so (RFC 4861 6.1.1).
        assertThatPacket(
                        container.toContainer(
                                Packets.ip("fd00::9", LOCAL6).icmp(135, 0, 0, 0).ttl(64)))
                .dropped(Reason.NO_RULE);
        assertThatPacket(
                        container.toContainer(
                                Packets.ip("fd00::9", LOCAL6).icmp(143, 0, 0, 0).ttl(64)))
                .dropped(Reason.NO_RULE);
    }

    @Test
    void shouldPassOtherProtocolsOnlyWhereNotIsolated() {
        final Packets frame = Packets.ethernet(LLDP).payload(60);

        assertThatPacket(container.fromContainer(frame)).passed(Reason.NON_IP).recordedNowhere();
        assertThatPacket(container.toContainer(frame)).passed(Reason.NON_IP);

        container.isolated(EGRESS);
        assertThatPacket(container.fromContainer(frame)).dropped(Reason.NON_IP_ISOLATED);
        assertThatPacket(container.toContainer(frame)).passed(Reason.NON_IP);

        container.isolated(INGRESS);
        assertThatPacket(container.toContainer(frame)).dropped(Reason.NON_IP_ISOLATED);
    }
}
