package dev.weir.dataplane.fuzz;

import dev.weir.dataplane.testkit.Packets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** One frame for each thing that the parser knows, by name: the fuzzer's seeds. */
final class Corpus {
    private static final String A4 = "10.1.0.2";
    private static final String B4 = "10.1.0.3";
    private static final String A6 = "fd00::2";
    private static final String B6 = "fd00::3";

    private final SortedMap<String, byte[]> frames = new TreeMap<>();

    private Corpus() {
        link();
        ipv4();
        ipv6();
        fragments();
        transport();
        icmp();
        icmpv6();
    }

    static SortedMap<String, byte[]> frames() {
        return new Corpus().frames;
    }

    private void add(final String name, final Packets packet) {
        frames.put(name, packet.build());
    }

    private void cut(final String name, final Packets packet, final int length) {
        frames.put(name, Arrays.copyOf(packet.build(), length));
    }

    private static Packets v4() {
        return Packets.ip(A4, B4).udp(4000, 53).payload(12);
    }

    private static Packets v6() {
        return Packets.ip(A6, B6).udp(4000, 53).payload(12);
    }

    private void link() {
        add("link-arp", Packets.arp(A4, B4));
        add("link-lldp", Packets.ethernet(0x88CC).payload(46));
        add("link-tag", v4().vlan(5));
        add("link-tags-two", v6().tag(0x88A8, 5).vlan(6));
        add("link-tags-three", v4().vlan(5).vlan(6).vlan(7));
        cut("link-tag-cut", v4().vlan(5), 17);
        cut("link-cut", v4(), 13);
    }

    private void ipv4() {
        add("ipv4-options", v4().options((byte) 7, (byte) 7, (byte) 4, (byte) 0, (byte) 0));
        add("ipv4-options-most", v4().options(new byte[40]));
        add("ipv4-version", v4().firstByte(0x65));
        add("ipv4-header-short", v4().firstByte(0x44));
        add("ipv4-header-long", v4().firstByte(0x4F));
        add("ipv4-total-long", v4().lengthOffBy(1));
        add("ipv4-total-short", v4().lengthOffBy(-32));
        add("ipv4-total-cuts-udp", v4().lengthOffBy(-16));
        frames.put("ipv4-padded", Arrays.copyOf(v4().build(), 60));
        cut("ipv4-cut", v4(), 33);
    }

    private void ipv6() {
        add("ipv6-hop-by-hop", v6().hopByHop(0));
        add("ipv6-destination-options", v6().destinationOptions(3));
        add("ipv6-routing", v6().routing(2));
        add("ipv6-authentication", v6().authentication());
        add(
                "ipv6-chain",
                v6().hopByHop(1)
                        .destinationOptions(0)
                        .routing(0)
                        .authentication()
                        .fragment(3, 0, false));
        final Packets longest = v6();
        for (int i = 0; i < 7; i++) {
            longest.destinationOptions(0);
        }
        add("ipv6-chain-longest", longest);
        add("ipv6-chain-too-long", longest.destinationOptions(0));
        add("ipv6-headers-too-far", v6().hopByHop(240).destinationOptions(10));
        add("ipv6-no-next-header", Packets.ip(A6, B6).protocol(59));
        add("ipv6-version", v6().firstByte(0x40));
        add("ipv6-payload-long", v6().lengthOffBy(1));
        add("ipv6-payload-cuts-options", v6().hopByHop(0).lengthOffBy(-24));
        cut("ipv6-options-cut", v6().hopByHop(4), 14 + 40 + 8);
        cut("ipv6-cut", v6(), 53);
    }

    private void fragments() {
        add("fragment4-first", v4().fragment(7, 0, true));
        add("fragment4-later", v4().fragment(7, 1480, false));
        add("fragment4-tiny", Packets.ip(A4, B4).protocol(6).fragment(7, 0, true).payload(8));
        add("fragment6-first", v6().fragment(7, 0, true));
        add("fragment6-later", v6().fragment(7, 1448, true));
        add("fragment6-atomic", v6().fragment(7, 0, false));
        add("fragment6-tiny", Packets.ip(A6, B6).protocol(6).fragment(7, 0, true).payload(8));
        add(
                "fragment6-later-options",
                Packets.ip(A6, B6).protocol(60).fragment(7, 8, true).payload(16));
        add("fragment6-header-cut", v6().fragment(7, 8, false).lengthOffBy(-16));
    }

    private void transport() {
        add("tcp-syn", Packets.ip(A4, B4).tcp(4000, 80).flags(Packets.SYN));
        add("tcp-data", Packets.ip(A6, B6).tcp(4000, 80).payload(30));
        add("tcp-syn-fin", Packets.ip(A4, B4).tcp(4000, 80).flags(Packets.SYN | Packets.FIN));
        add("tcp-syn-rst", Packets.ip(A4, B4).tcp(4000, 80).flags(Packets.SYN | Packets.RST));
        add("tcp-offset-short", Packets.ip(A4, B4).tcp(4000, 80).dataOffset(16));
        add("tcp-offset-long", Packets.ip(A4, B4).tcp(4000, 80).dataOffset(60));
        add("tcp-offset-all", Packets.ip(A4, B4).tcp(4000, 80).dataOffset(60).payload(40));
        add("tcp-cut", Packets.ip(A4, B4).protocol(Packets.TCP).payload(19));
        add("udp", v4());
        add("udp6", v6());
        add("udp-cut", Packets.ip(A4, B4).protocol(Packets.UDP).payload(7));
        final byte[] none = v4().build();
        none[39] = 0;
        frames.put("udp-length-none", none);
        final byte[] more = v4().build();
        more[39]++;
        frames.put("udp-length-long", more);
        add("sctp", Packets.ip(A4, B4).sctp(5000, 3868).payload(16));
        add("sctp6", Packets.ip(A6, B6).sctp(5000, 3868).payload(16));
        add("sctp-cut", Packets.ip(A4, B4).protocol(Packets.SCTP).payload(11));
        add("gre", Packets.ip(A4, B4).protocol(47).payload(24));
        add("esp6", Packets.ip(A6, B6).protocol(50).payload(24));
        add("icmpv6-in-ipv4", Packets.ip(A4, B4).protocol(58).payload(8));
        add("icmp-in-ipv6", Packets.ip(A6, B6).protocol(1).payload(8));
    }

    private void icmp() {
        final byte[] quoted = v4().build();
        add("icmp-echo-request", Packets.ip(A4, B4).echoRequest(77, 1).payload(56));
        add("icmp-echo-reply", Packets.ip(A4, B4).echoReply(77, 1).payload(56));
        add("icmp-timestamp", Packets.ip(A4, B4).icmp(13, 0, 1, 1).payload(12));
        add("icmp-cut", Packets.ip(A4, B4).protocol(Packets.ICMP).payload(7));
        for (final int type : new int[] {3, 4, 5, 11, 12}) {
            add("icmp-error-" + type, Packets.ip(B4, A4).icmpError(type, 0, quoted));
        }
        add(
                "icmp-error-echo",
                Packets.ip(B4, A4).unreachable(Packets.ip(A4, B4).echoRequest(77, 1).build()));
        add(
                "icmp-error-options",
                Packets.ip(B4, A4).unreachable(v4().options(new byte[8]).build()));
        add(
                "icmp-error-later-fragment",
                Packets.ip(B4, A4).unreachable(v4().fragment(7, 8, false).build()));
        add("icmp-error-short", Packets.ip(B4, A4).unreachable(Arrays.copyOf(quoted, 40)));
        add("icmp-error-empty", Packets.ip(B4, A4).icmp(3, 3, 0, 0));
    }

    private void icmpv6() {
        final byte[] quoted = v6().build();
        add("icmpv6-echo-request", Packets.ip(A6, B6).echoRequest(77, 1).payload(56));
        add("icmpv6-echo-reply", Packets.ip(A6, B6).echoReply(77, 1).payload(56));
        for (int type = 1; type <= 4; type++) {
            add("icmpv6-error-" + type, Packets.ip(B6, A6).icmpError(type, 0, quoted));
        }
        add("icmpv6-error-short", Packets.ip(B6, A6).unreachable(Arrays.copyOf(quoted, 56)));
        for (int type = 133; type <= 137; type++) {
            add("icmpv6-nd-" + type, Packets.ip(A6, B6).icmp(type, 0, 0, 0).ttl(255).payload(16));
        }
        add("icmpv6-nd-routed", Packets.ip(A6, B6).icmp(135, 0, 0, 0).ttl(64).payload(16));
        add("icmpv6-mld", Packets.ip("::", "ff02::16").hopByHop(0).icmp(143, 0, 0, 0).ttl(1));
        add("icmpv6-mld-routed", Packets.ip(A6, B6).icmp(131, 0, 0, 0).ttl(2));
        add("icmpv6-cut", Packets.ip(A6, B6).protocol(Packets.ICMPV6).payload(7));
    }
}
