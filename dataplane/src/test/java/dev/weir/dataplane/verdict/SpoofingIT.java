package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.CONTAINER;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.MAC;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Step 2 of DESIGN 2.2: a container sends from its own addresses and its own MAC. */
@KernelTest
class SpoofingIT {
    private static final String PEER4 = "10.1.0.9";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    @Test
    void shouldDropForeignSourceAddresses() {
        assertThatPacket(container.fromContainer(Packets.ip("10.1.0.66", PEER4).udp(1, 2)))
                .dropped(Reason.SPOOFED_ADDRESS);
        assertThatPacket(container.fromContainer(Packets.ip("fd00::66", "fd00::9").udp(1, 2)))
                .dropped(Reason.SPOOFED_ADDRESS);
    }

    @Test
    void shouldDropForeignSourceMacs() {
        final String mac = "02:00:00:00:00:66";

        assertThatPacket(
                        container.fromContainer(
                                Packets.ip(LOCAL4, PEER4).macs(mac, MAC).tcp(1, 2).flags(SYN)))
                .dropped(Reason.SPOOFED_MAC);
        assertThatPacket(
                        container.fromContainer(
                                Packets.ethernet(0x88CC).macs(mac, MAC).payload(50)))
                .dropped(Reason.SPOOFED_MAC);
    }

    @Test
    void shouldDropForeignArp() {
        final byte[] request = Packets.arp("10.1.0.1", PEER4).build();
        request[11] = 0x66;

        assertThatPacket(container.fromContainer(request)).dropped(Reason.SPOOFED_MAC);
    }

    @Test
    void shouldGatherWhatASpooferSendsInOneEntry() {
        for (int i = 1; i <= 5; i++) {
            assertThatPacket(
                            container.fromContainer(
                                    Packets.ip("10.1.7." + i, PEER4).udp(4000 + i, 53)))
                    .dropped(Reason.SPOOFED_ADDRESS)
                    .deniedAt("::", PEER4, 53, 4000 + i)
                    .deniedTimes(i);
        }
    }

    @Test
    void shouldDropASpoofOfAFlowThatCameInForAnotherAddress() {
        // The bridge floods: the container sees a packet for an address that is not its own.
        assertThatPacket(container.toContainer(Packets.ip(PEER4, "10.1.0.66").udp(5000, 53)))
                .passed(Reason.NOT_ISOLATED);

        final Packets answer = Packets.ip("10.1.0.66", PEER4).udp(53, 5000);
        assertThatPacket(container.fromContainer(answer)).dropped(Reason.SPOOFED_ADDRESS);
        assertThatPacket(container.fromContainer(answer)).dropped(Reason.SPOOFED_ADDRESS);
    }

    @Test
    void shouldDropAForeignMacOnACachedFlow() {
        final Packets good = Packets.ip(LOCAL4, PEER4).udp(5000, 53);
        assertThatPacket(container.fromContainer(good)).passed(Reason.NOT_ISOLATED);
        assertThatPacket(container.fromContainer(good)).passed(Reason.NOT_ISOLATED).inSameFlow();

        assertThatPacket(
                        container.fromContainer(
                                Packets.ip(LOCAL4, PEER4)
                                        .macs("02:00:00:00:00:66", MAC)
                                        .udp(5000, 53)))
                .dropped(Reason.SPOOFED_MAC);
        assertThatPacket(container.fromContainer(good)).passed(Reason.NOT_ISOLATED).inSameFlow();
    }

    @Test
    void shouldDropAnotherEndpointsAddressAndFollowTheInterface() {
        container.endpoint(2, "02:00:00:00:00:01", "10.1.0.3");
        final Packets second = Packets.ip("10.1.0.3", PEER4).udp(1, 2);

        assertThatPacket(container.fromContainer(second)).dropped(Reason.SPOOFED_ADDRESS);
        container.bind(2);
        assertThatPacket(container.fromContainer(second)).passed(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldKnowEveryAddressOfAnEndpoint() {
        final String[] eight =
                IntStream.rangeClosed(1, 8).mapToObj(i -> "10.1.8." + i).toArray(String[]::new);
        container.endpoint(CONTAINER, MAC, eight);

        for (final String address : eight) {
            assertThatPacket(container.fromContainer(Packets.ip(address, PEER4).udp(1, 2)))
                    .passed(Reason.NOT_ISOLATED);
        }
        assertThatPacket(container.fromContainer(Packets.ip("10.1.8.9", PEER4).udp(1, 2)))
                .dropped(Reason.SPOOFED_ADDRESS);
    }

    @Test
    void shouldKnowTheLinkLocalAddressMadeOfTheMac() {
        assertThatPacket(
                        container.fromContainer(Packets.ip("fe80::ff:fe00:1", "fe80::9").udp(1, 2)))
                .passed(Reason.NOT_ISOLATED);
        assertThatPacket(
                        container.fromContainer(Packets.ip("fe80::ff:fe00:2", "fe80::9").udp(1, 2)))
                .dropped(Reason.SPOOFED_ADDRESS);
    }

    @Test
    void shouldDropASpoofedIcmpErrorAboutAKnownConnection() {
        final byte[] request = Packets.ip(PEER4, LOCAL4).udp(5000, 53).build();
        container.toContainer(request);

        assertThatPacket(
                        container.fromContainer(
                                Packets.ip("10.1.0.66", PEER4).unreachable(request)))
                .dropped(Reason.SPOOFED_ADDRESS);
    }
}
