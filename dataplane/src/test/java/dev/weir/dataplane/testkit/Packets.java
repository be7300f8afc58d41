package dev.weir.dataplane.testkit;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Builds packets from the Ethernet header on, with right lengths and checksums unless told
 * otherwise.
 *
 * <pre>{@code
 * byte[] syn = Packets.ip("10.1.0.2", "10.1.0.3").tcp(40000, 80).flags(Packets.SYN).build();
 * byte[] ping = Packets.ip("fd00::2", "fd00::3").echoRequest(7, 1).payload(56).build();
 * byte[] tail = Packets.ip("10.1.0.2", "10.1.0.3").fragment(99, 1480, false).udp(1, 2).build();
 * }</pre>
 *
 * A later fragment carries the payload only: its transport header was in the first one.
 */
public final class Packets {
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;

    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMP = 1;
    public static final int ICMPV6 = 58;
    public static final int SCTP = 132;

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int FRAGMENT_HEADER = 44;

    private MacAddress source = MacAddress.parse("02:00:00:00:00:01");
    private MacAddress destination = MacAddress.parse("02:00:00:00:00:02");
    private final List<int[]> tags = new ArrayList<>();
    private final List<Extension> extensions = new ArrayList<>();
    private int etherType;
    private IpAddress from;
    private IpAddress to;
    private byte[] options = {};
    private int timeToLive = 64;
    private int trafficClass;
    private Fragment fragment;
    private int lengthChange;
    private int version = -1;
    private Transport transport = new Transport(59, new byte[0], -1);
    private byte[] payload = {};
    private int keep = Integer.MAX_VALUE;

    private record Extension(int number, byte[] content) {}

    private record Fragment(int id, int offset, boolean more) {}

    /** Header without a checksum, and where that goes; -1 = nowhere. */
    private record Transport(int protocol, byte[] header, int checksumOffset) {}

    private Packets() {}

    /** IPv4 or IPv6, as the addresses are. */
    public static Packets ip(final IpAddress from, final IpAddress to) {
        final Packets packet = new Packets();
        packet.from = from;
        packet.to = to;
        packet.etherType = from.isIpv4() ? IPV4 : IPV6;
        return packet;
    }

    public static Packets ip(final String from, final String to) {
        return ip(IpAddress.parse(from), IpAddress.parse(to));
    }

    /** Another protocol than IP, by EtherType. */
    public static Packets ethernet(final int etherType) {
        final Packets packet = new Packets();
        packet.etherType = etherType;
        return packet;
    }

    /** An ARP request. */
    public static Packets arp(final String from, final String to) {
        return arp(from, "02:00:00:00:00:01", to, "02:00:00:00:00:02");
    }

    /** An ARP request with these link addresses, outside and inside. */
    public static Packets arp(
            final String from, final String fromMac, final String to, final String frameTo) {
        final Bytes body = new Bytes().u16(1).u16(IPV4).u8(6).u8(4).u16(1);
        final Packets packet = ethernet(0x0806).macs(fromMac, frameTo);
        body.mac(packet.source).bytes(v4(IpAddress.parse(from)));
        body.zeros(6).bytes(v4(IpAddress.parse(to)));
        return packet.payload(body.toArray());
    }

    public Packets macs(final String from, final String to) {
        source = MacAddress.parse(from);
        destination = MacAddress.parse(to);
        return this;
    }

    /** An 802.1Q tag, outer ones first. */
    public Packets vlan(final int id) {
        return tag(0x8100, id);
    }

    /** A tag with another EtherType, such as 0x88A8. */
    public Packets tag(final int tagType, final int id) {
        tags.add(new int[] {tagType, id});
        return this;
    }

    /** IPv4 options; padded to a multiple of four with end-of-list. */
    public Packets options(final byte... bytes) {
        options = Arrays.copyOf(bytes, bytes.length + 3 & ~3);
        return this;
    }

    public Packets ttl(final int value) {
        timeToLive = value;
        return this;
    }

    public Packets dscp(final int value) {
        trafficClass = value << 2;
        return this;
    }

    /**
     * A fragment.
     *
     * @param offset in bytes, a multiple of eight; 0 = the first one
     */
    public Packets fragment(final int id, final int offset, final boolean more) {
        fragment = new Fragment(id, offset, more);
        return this;
    }

    /** An IPv6 hop-by-hop header with {@code words} extra eight-byte words of padding. */
    public Packets hopByHop(final int words) {
        return extension(0, words);
    }

    public Packets routing(final int words) {
        return extension(43, words);
    }

    public Packets destinationOptions(final int words) {
        return extension(60, words);
    }

    /** An authentication header, whose length counts in words of four bytes. */
    public Packets authentication() {
        final byte[] content = new Bytes().u8(0).u8(4).zeros(22).toArray();
        extensions.add(new Extension(51, content));
        return this;
    }

    private Packets extension(final int number, final int words) {
        final Bytes content = new Bytes().u8(0).u8(words);
        // PadN, RFC 8200 4.2
        content.u8(1).u8(4 + 8 * words).zeros(4 + 8 * words);
        extensions.add(new Extension(number, content.toArray()));
        return this;
    }

    /** A lie in the IP header's length field, in bytes more or less than the truth. */
    public Packets lengthOffBy(final int bytes) {
        lengthChange = bytes;
        return this;
    }

    /** A lie in the first byte of the IP header: version and, for IPv4, header length. */
    public Packets firstByte(final int value) {
        version = value;
        return this;
    }

    /** A bare ACK until {@link #flags} says otherwise. */
    public Packets tcp(final int sourcePort, final int destinationPort) {
        final Bytes header = new Bytes().u16(sourcePort).u16(destinationPort);
        header.u32(1000).u32(2000).u8(5 << 4).u8(ACK).u16(65_535).u16(0).u16(0);
        transport = new Transport(TCP, header.toArray(), 16);
        return this;
    }

    /** Of the TCP header. */
    public Packets flags(final int flags) {
        transport.header[13] = (byte) flags;
        return this;
    }

    /** Of the TCP header. */
    public Packets sequence(final int sequence, final int acknowledgement) {
        final byte[] both = new Bytes().u32(sequence).u32(acknowledgement).toArray();
        System.arraycopy(both, 0, transport.header, 4, both.length);
        return this;
    }

    /** Of the TCP header, unscaled. */
    public Packets window(final int window) {
        transport.header[14] = (byte) (window >> 8);
        transport.header[15] = (byte) window;
        return this;
    }

    /** Of the TCP header, in bytes; 20 is the truth. */
    public Packets dataOffset(final int bytes) {
        transport.header[12] = (byte) (bytes / 4 << 4);
        return this;
    }

    public Packets udp(final int sourcePort, final int destinationPort) {
        final Bytes header = new Bytes().u16(sourcePort).u16(destinationPort).u16(0).u16(0);
        transport = new Transport(UDP, header.toArray(), 6);
        return this;
    }

    public Packets sctp(final int sourcePort, final int destinationPort) {
        final Bytes header = new Bytes().u16(sourcePort).u16(destinationPort).u32(1).u32(0);
        transport = new Transport(SCTP, header.toArray(), -1);
        return this;
    }

    /** ICMP or ICMPv6, as the addresses are. */
    public Packets echoRequest(final int id, final int sequence) {
        return icmp(from.isIpv4() ? 8 : 128, 0, id, sequence);
    }

    public Packets echoReply(final int id, final int sequence) {
        return icmp(from.isIpv4() ? 0 : 129, 0, id, sequence);
    }

    /** Any other; the two words follow the checksum. */
    public Packets icmp(final int type, final int code, final int first, final int second) {
        final Bytes header = new Bytes().u8(type).u8(code).u16(0).u16(first).u16(second);
        transport = new Transport(from.isIpv4() ? ICMP : ICMPV6, header.toArray(), 2);
        return this;
    }

    /** Destination unreachable (port), quoting a packet built here. */
    public Packets unreachable(final byte[] quoted) {
        return icmpError(from.isIpv4() ? 3 : 1, from.isIpv4() ? 3 : 4, quoted);
    }

    /** An error that quotes a packet built here, from its IP header on. */
    public Packets icmpError(final int type, final int code, final byte[] quoted) {
        return icmp(type, code, 0, 0).payload(Arrays.copyOfRange(quoted, 14, quoted.length));
    }

    /** Another protocol by number, no header. */
    public Packets protocol(final int number) {
        transport = new Transport(number, new byte[0], -1);
        return this;
    }

    /** So many bytes. */
    public Packets payload(final int length) {
        return payload(new byte[length]);
    }

    public Packets payload(final byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    /** Cuts the packet off, counted from the Ethernet header. */
    public Packets truncatedTo(final int bytes) {
        keep = bytes;
        return this;
    }

    public byte[] build() {
        final Bytes packet = new Bytes().mac(destination).mac(source);
        for (final int[] tag : tags) {
            packet.u16(tag[0]).u16(tag[1]);
        }
        packet.u16(etherType);
        if (from == null) {
            packet.bytes(payload);
        } else if (from.isIpv4()) {
            ipv4(packet);
        } else {
            ipv6(packet);
        }
        final byte[] all = packet.toArray();
        return Arrays.copyOf(all, Math.min(keep, all.length));
    }

    private void ipv4(final Bytes packet) {
        final byte[] segment = segment();
        final int headerLength = 20 + options.length;
        final Bytes header = new Bytes();
        header.u8(version >= 0 ? version : 4 << 4 | headerLength / 4).u8(trafficClass);
        header.u16(headerLength + segment.length + lengthChange);
        header.u16(fragment == null ? 0x1234 : fragment.id);
        header.u16(fragment == null ? 0x4000 : (fragment.more ? 0x2000 : 0) | fragment.offset / 8);
        header.u8(timeToLive).u8(transport.protocol).u16(0).bytes(v4(from)).bytes(v4(to));
        header.bytes(options);
        final byte[] bytes = header.toArray();
        put16(bytes, 10, checksum(bytes));
        packet.bytes(bytes).bytes(segment);
    }

    private void ipv6(final Bytes packet) {
        final byte[] segment = segment();
        final List<Extension> chain = new ArrayList<>(extensions);
        if (fragment != null) {
            final Bytes content = new Bytes().u8(0).u8(0);
            content.u16(fragment.offset & ~7 | (fragment.more ? 1 : 0)).u32(fragment.id);
            chain.add(new Extension(FRAGMENT_HEADER, content.toArray()));
        }
        final Bytes body = new Bytes();
        for (int i = 0; i < chain.size(); i++) {
            final byte[] content = chain.get(i).content.clone();
            content[0] =
                    (byte) (i + 1 < chain.size() ? chain.get(i + 1).number : transport.protocol);
            body.bytes(content);
        }
        body.bytes(segment);
        final byte[] bytes = body.toArray();
        packet.u8(version >= 0 ? version : 6 << 4 | trafficClass >> 4);
        packet.u8((trafficClass & 0xF) << 4).u16(0).u16(bytes.length + lengthChange);
        packet.u8(chain.isEmpty() ? transport.protocol : chain.get(0).number).u8(timeToLive);
        packet.bytes(from.mapped()).bytes(to.mapped()).bytes(bytes);
    }

    /** Transport header with its checksum, and payload; of a later fragment the payload only. */
    private byte[] segment() {
        if (fragment != null && fragment.offset > 0) {
            return payload;
        }
        final byte[] segment =
                Arrays.copyOf(transport.header, transport.header.length + payload.length);
        System.arraycopy(payload, 0, segment, transport.header.length, payload.length);
        if (transport.protocol == UDP) {
            put16(segment, 4, segment.length);
        }
        if (transport.checksumOffset >= 0) {
            final int sum = checksum(new Bytes().bytes(pseudo(segment)).bytes(segment).toArray());
            put16(segment, transport.checksumOffset, sum == 0 ? 0xFFFF : sum);
        }
        return segment;
    }

    private byte[] pseudo(final byte[] segment) {
        if (transport.protocol == ICMP) {
            return new byte[0];
        }
        final Bytes pseudo = new Bytes();
        if (from.isIpv4()) {
            pseudo.bytes(v4(from)).bytes(v4(to)).u8(0).u8(transport.protocol);
            return pseudo.u16(segment.length).toArray();
        }
        pseudo.bytes(from.mapped()).bytes(to.mapped()).u32(segment.length);
        return pseudo.zeros(3).u8(transport.protocol).toArray();
    }

    private static byte[] v4(final IpAddress address) {
        return Arrays.copyOfRange(address.mapped(), 12, 16);
    }

    /** The Internet checksum, RFC 1071. */
    static int checksum(final byte[] bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xFF) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) ~sum & 0xFFFF;
    }

    private static void put16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) (value >> 8);
        bytes[offset + 1] = (byte) value;
    }

    /** Bytes for a failure message. */
    public static String hex(final byte[] packet) {
        return HexFormat.ofDelimiter(" ").formatHex(packet);
    }

    /** Appends numbers in network order. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u8(final int value) {
            out.write(value);
            return this;
        }

        Bytes u16(final int value) {
            return u8(value >> 8).u8(value);
        }

        Bytes u32(final int value) {
            return u16(value >>> 16).u16(value);
        }

        Bytes zeros(final int count) {
            return bytes(new byte[count]);
        }

        Bytes bytes(final byte[] bytes) {
            out.write(bytes, 0, bytes.length);
            return this;
        }

        Bytes mac(final MacAddress mac) {
            return u16((int) (mac.value() >> 32)).u32((int) mac.value());
        }

        byte[] toArray() {
            return out.toByteArray();
        }
    }
}
