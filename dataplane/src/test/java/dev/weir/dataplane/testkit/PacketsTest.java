package dev.weir.dataplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PacketsTest {
    private static byte[] bytes(final String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** One's complement sum over a range: all ones when the checksum in it is right. */
    private static boolean checks(final byte[] pseudo, final byte[] packet, final int from) {
        final byte[] all = Arrays.copyOf(pseudo, pseudo.length + packet.length - from);
        System.arraycopy(packet, from, all, pseudo.length, packet.length - from);
        return Packets.checksum(all) == 0;
    }

    @Test
    void shouldComputeTheChecksumOfRfc1071() {
        assertThat(Packets.checksum(bytes("0001 f203 f4f5 f6f7"))).isEqualTo(0xFFFF & ~0xddf2);
    }

    @Test
    void shouldBuildATcpSegmentWithRightLengthsAndChecksums() {
        final byte[] packet =
                Packets.ip("10.1.0.2", "10.1.0.3")
                        .options((byte) 1)
                        .tcp(40_000, 80)
                        .flags(Packets.SYN)
                        .payload(3)
                        .build();

        assertThat(packet).hasSize(14 + 24 + 20 + 3);
        assertThat(Arrays.copyOfRange(packet, 12, 18)).isEqualTo(bytes("0800 46 00 002f"));
        assertThat(Packets.checksum(Arrays.copyOfRange(packet, 14, 38))).isZero();
        assertThat(checks(bytes("0a010002 0a010003 0006 0017"), packet, 38)).isTrue();
    }

    @Test
    void shouldChainExtensionHeadersBeforeTheTransportHeader() {
        final byte[] packet =
                Packets.ip("fd00::2", "fd00::3")
                        .vlan(5)
                        .hopByHop(0)
                        .fragment(7, 0, true)
                        .udp(1000, 53)
                        .payload(8)
                        .build();

        assertThat(Arrays.copyOfRange(packet, 12, 18)).isEqualTo(bytes("8100 0005 86dd"));
        assertThat(packet[18 + 4 + 1]).isEqualTo((byte) 32);
        assertThat(packet[18 + 6]).isZero();
        assertThat(packet[58]).isEqualTo((byte) 44);
        assertThat(Arrays.copyOfRange(packet, 66, 74)).isEqualTo(bytes("11 00 0001 00000007"));
        assertThat(Arrays.copyOfRange(packet, 74, 80)).isEqualTo(bytes("03e8 0035 0010"));
    }

    @Test
    void shouldQuoteThePacketThatAnErrorIsAbout() {
        final byte[] quoted = Packets.ip("10.1.0.2", "10.1.0.3").udp(1, 2).build();
        final byte[] error = Packets.ip("10.1.0.3", "10.1.0.2").unreachable(quoted).build();

        assertThat(Arrays.copyOfRange(error, 34, 36)).isEqualTo(bytes("03 03"));
        assertThat(checks(new byte[0], error, 34)).isTrue();
        assertThat(Arrays.copyOfRange(error, 42, error.length))
                .isEqualTo(Arrays.copyOfRange(quoted, 14, quoted.length));
    }

    @Test
    void shouldLeaveTheTransportHeaderOutOfALaterFragment() {
        final byte[] later =
                Packets.ip("10.1.0.2", "10.1.0.3")
                        .fragment(9, 16, false)
                        .udp(1, 2)
                        .payload(5)
                        .build();

        assertThat(later).hasSize(14 + 20 + 5);
        assertThat(Arrays.copyOfRange(later, 18, 22)).isEqualTo(bytes("0009 0002"));
        assertThat(Packets.ethernet(0x88CC).payload(30).truncatedTo(20).build()).hasSize(20);
    }
}
