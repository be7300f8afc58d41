package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.testkit.Packets.FIN;
import static dev.weir.dataplane.testkit.Packets.RST;
import static dev.weir.dataplane.testkit.Packets.SYN;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL6;
import static dev.weir.dataplane.verdict.OutcomeAssert.assertThatPacket;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Step 1 of DESIGN 2.2: whose packet, and is it one. */
@KernelTest
class ParsingIT {
    private static final String PEER4 = "10.1.0.9";
    private static final String PEER6 = "fd00::9";

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    @Test
    void shouldLeaveAnUnmanagedInterfaceAlone() {
        container.bind(0);
        final Packets packet = Packets.ip(PEER4, "10.9.9.9").tcp(1, 2).firstByte(0);

        assertThatPacket(container.toContainer(packet)).passedUntouched();
        assertThatPacket(container.fromContainer(packet)).passedUntouched();
        assertThatPacket(container.shield(packet)).passedUntouched();
    }

    @Test
    void shouldCountMalformedLinkWhenATagIsCutOrThereAreThree() {
        final Packets cut = Packets.ip(PEER4, LOCAL4).vlan(5).udp(1, 2).truncatedTo(17);
        final Packets three = Packets.ip(PEER4, LOCAL4).vlan(1).vlan(2).vlan(3).udp(1, 2);

        assertThatPacket(container.toContainer(cut))
                .dropped(Reason.MALFORMED_LINK)
                .recordedNowhere();
        assertThatPacket(container.fromContainer(cut)).dropped(Reason.MALFORMED_LINK);
        assertThatPacket(container.toContainer(three)).dropped(Reason.MALFORMED_LINK);
    }

    // The kernel refuses to test-run what ends within the IP header: bpf/fuzz has those.

    static Stream<Packets> malformedIpv4() {
        return Stream.of(
                ipv4().firstByte(0x65), // version 6 in an IPv4 frame
                ipv4().firstByte(0x44), // header length 16
                ipv4().firstByte(0x4F), // header length 60: more than there is
                ipv4().lengthOffBy(1), // longer than the frame
                ipv4().lengthOffBy(-20)); // shorter than its own header
    }

    private static Packets ipv4() {
        return Packets.ip(PEER4, LOCAL4).udp(1, 2);
    }

    @ParameterizedTest
    @MethodSource("malformedIpv4")
    void shouldDropMalformedIpv4(final Packets packet) {
        assertThatPacket(container.toContainer(packet))
                .dropped(Reason.MALFORMED_IPV4)
                .recordedNowhere();
        assertThatPacket(container.fromContainer(packet)).dropped(Reason.MALFORMED_IPV4);
        assertThatPacket(container.shield(packet)).passedUntouched();
    }

    static Stream<Packets> malformedIpv6() {
        return Stream.of(
                ipv6().firstByte(0x40),
                ipv6().lengthOffBy(1),
                ipv6().hopByHop(0).lengthOffBy(-12), // ends inside the extension header
                ipv6().hopByHop(4).truncatedTo(14 + 40 + 8),
                ipv6().destinationOptions(0).truncatedTo(14 + 40 + 4),
                ipv6().fragment(1, 8, true).lengthOffBy(-4));
    }

    private static Packets ipv6() {
        return Packets.ip(PEER6, LOCAL6).udp(1, 2);
    }

    @ParameterizedTest
    @MethodSource("malformedIpv6")
    void shouldDropMalformedIpv6(final Packets packet) {
        assertThatPacket(container.toContainer(packet))
                .dropped(Reason.MALFORMED_IPV6)
                .recordedNowhere();
        assertThatPacket(container.fromContainer(packet)).dropped(Reason.MALFORMED_IPV6);
    }

    static Stream<Packets> malformedTransport() {
        final Packets tcp = Packets.ip(PEER4, LOCAL4).tcp(1, 2);
        return Stream.of(
                Packets.ip(PEER4, LOCAL4).protocol(Packets.TCP).payload(19),
                Packets.ip(PEER6, LOCAL6).protocol(Packets.TCP).payload(19),
                tcp.dataOffset(16),
                Packets.ip(PEER4, LOCAL4).tcp(1, 2).dataOffset(24), // beyond the packet
                Packets.ip(PEER4, LOCAL4).tcp(1, 2).flags(SYN | FIN),
                Packets.ip(PEER4, LOCAL4).tcp(1, 2).flags(SYN | RST),
                Packets.ip(PEER4, LOCAL4).protocol(Packets.UDP).payload(7),
                Packets.ip(PEER4, LOCAL4).udp(1, 2).payload(4).lengthOffBy(-2),
                Packets.ip(PEER4, LOCAL4).protocol(Packets.SCTP).payload(11),
                Packets.ip(PEER4, LOCAL4).protocol(Packets.ICMP).payload(7),
                Packets.ip(PEER6, LOCAL6).protocol(Packets.ICMPV6).payload(7));
    }

    @ParameterizedTest
    @MethodSource("malformedTransport")
    void shouldDropMalformedTransportHeaders(final Packets packet) {
        assertThatPacket(container.toContainer(packet))
                .dropped(Reason.MALFORMED_TRANSPORT)
                .recordedNowhere();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 13})
    void shouldDropUdpWithALengthThatIsNoneOrTooMuch(final int length) {
        final byte[] packet = Packets.ip(PEER4, LOCAL4).udp(1, 2).payload(4).build();
        packet[39] = (byte) length; // 12 is the truth

        assertThatPacket(container.toContainer(packet)).dropped(Reason.MALFORMED_TRANSPORT);
    }

    @Test
    void shouldReadThroughIpv4Options() {
        final Packets packet =
                Packets.ip(PEER4, LOCAL4).options((byte) 7, (byte) 7, (byte) 4, (byte) 0, (byte) 0);

        assertThatPacket(container.toContainer(packet.tcp(4000, 80).flags(SYN)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(80, 4000);
    }

    static Stream<Packets> extensionChains() {
        return Stream.of(
                ipv6().hopByHop(0),
                ipv6().hopByHop(3),
                ipv6().routing(2),
                ipv6().destinationOptions(1),
                ipv6().authentication(),
                ipv6().fragment(9, 0, false), // an atomic fragment, RFC 6946
                ipv6().hopByHop(0)
                        .destinationOptions(1)
                        .routing(2)
                        .authentication()
                        .destinationOptions(0)
                        .fragment(9, 0, false));
    }

    @ParameterizedTest
    @MethodSource("extensionChains")
    void shouldReadThroughExtensionHeaders(final Packets packet) {
        assertThatPacket(container.toContainer(packet))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(2, 1)
                .withProtocol(Packets.UDP);
    }

    @Test
    void shouldGiveUpOnAChainThatIsTooLong() {
        final Packets packet = ipv6();
        for (int i = 0; i < 7; i++) {
            packet.destinationOptions(0);
        }
        assertThatPacket(container.toContainer(packet)).passed(Reason.NOT_ISOLATED);

        packet.destinationOptions(0);
        assertThatPacket(container.toContainer(packet))
                .dropped(Reason.EXTENSION_HEADERS)
                .recordedNowhere();
    }

    @Test
    void shouldGiveUpOnHeadersThatReachTooFar() {
        final Packets packet = ipv6().hopByHop(240).destinationOptions(10);

        assertThatPacket(container.toContainer(packet)).dropped(Reason.EXTENSION_HEADERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldReadThroughUpToTwoTags(final int tags) {
        final Packets v4 = Packets.ip(PEER4, LOCAL4).tcp(4000, 80).flags(SYN);
        final Packets v6 = Packets.ip(PEER6, LOCAL6).udp(4000, 53);
        for (int i = 0; i < tags; i++) {
            v4.tag(i == 0 ? 0x88A8 : 0x8100, 5 + i);
            v6.vlan(5 + i);
        }

        assertThatPacket(container.toContainer(v4)).passed(Reason.NOT_ISOLATED).withPorts(80, 4000);
        assertThatPacket(container.toContainer(v6)).passed(Reason.NOT_ISOLATED).withPorts(53, 4000);
    }

    @Test
    void shouldKeyPortlessProtocolsByNumber() {
        assertThatPacket(container.toContainer(Packets.ip(PEER4, LOCAL4).protocol(47).payload(60)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(0, 0)
                .withProtocol(47);
        assertThatPacket(container.fromContainer(Packets.ip(LOCAL6, PEER6).protocol(50).payload(9)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(0, 0)
                .withProtocol(50);
    }

    @Test
    void shouldKeySctpByPorts() {
        assertThatPacket(container.toContainer(Packets.ip(PEER4, LOCAL4).sctp(5000, 3868)))
                .passed(Reason.NOT_ISOLATED)
                .withPorts(3868, 5000)
                .withProtocol(Packets.SCTP);
    }

    @Test
    void shouldCountTheWholeFrameOfAPaddedPacket() {
        final byte[] padded = java.util.Arrays.copyOf(ipv4().build(), 60);

        assertThatPacket(container.toContainer(padded)).passed(Reason.NOT_ISOLATED).counting(1, 60);
    }

    @Test
    void shouldCountTheSegmentsThatTheStackWillMake() {
        final byte[] packet = Packets.ip(LOCAL4, PEER4).tcp(4000, 80).payload(3000).build();

        // 3 segments: the headers of 54 bytes twice more.
        assertThatPacket(container.segmentsFromContainer(packet, 3, 1448, 54))
                .passed(Reason.NOT_ISOLATED)
                .counting(3, packet.length + 2 * 54);
        assertThatPacket(container.segmentsFromContainer(packet, 3, 1448, 54)).inSameFlow();
    }

    @Test
    void shouldCountTheSegmentsOfDeniedPacketsToo() {
        container.isolated(EGRESS);
        final byte[] packet = Packets.ip(LOCAL6, PEER6).udp(4000, 80).payload(3000).build();

        assertThatPacket(container.segmentsFromContainer(packet, 3, 1000, 62))
                .dropped(Reason.NO_RULE)
                .counting(3, packet.length + 2 * 62)
                .deniedTimes(3);
    }
}
