package dev.weir.dataplane.netlink;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Reads RTM_NEWLINK and RTM_NEWADDR (linux/rtnetlink.h, if_link.h, if_addr.h). */
final class RouteMessages {
    static final int NEW_LINK = 16;
    static final int DELETE_LINK = 17;
    static final int GET_LINK = 18;
    static final int NEW_ADDRESS = 20;
    static final int DELETE_ADDRESS = 21;
    static final int GET_ADDRESS = 22;
    static final int GET_NAMESPACE_ID = 90;

    /** {@code struct ifinfomsg}. */
    static final int LINK_LENGTH = 16;

    /** {@code struct ifaddrmsg}. */
    static final int ADDRESS_LENGTH = 8;

    /** {@code struct rtattr}. */
    static final int ATTRIBUTE_LENGTH = 4;

    private static final int TYPE_MASK = 0x3FFF;
    private static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    static final int IFLA_MASTER = 10;
    static final int IFLA_LINKINFO = 18;
    private static final int IFLA_LINK_NETNSID = 37;
    static final int IFLA_XDP = 43;
    private static final int IFLA_XDP_ATTACHED = 2;
    static final int IFLA_XDP_PROG_ID = 4;
    private static final int XDP_ATTACHED_SKB = 2;
    static final int IFLA_INFO_KIND = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int NETNSA_NSID = 1;
    private static final int NETNSA_FD = 3;

    /** {@code struct rtgenmsg}, with its padding. */
    private static final int NAMESPACE_LENGTH = 4;

    private static final int MAC_LENGTH = 6;

    private RouteMessages() {}

    /** {@code struct ifinfomsg} that names one interface. */
    static byte[] linkRequest(final int ifIndex) {
        return ByteBuffer.allocate(LINK_LENGTH)
                .order(ByteOrder.nativeOrder())
                .putInt(4, ifIndex)
                .array();
    }

    /** Asks for the id of the namespace behind a descriptor of this process. */
    static byte[] namespaceIdRequest(final int descriptor) {
        return ByteBuffer.allocate(NAMESPACE_LENGTH + ATTRIBUTE_LENGTH + Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(NAMESPACE_LENGTH, (short) (ATTRIBUTE_LENGTH + Integer.BYTES))
                .putShort(NAMESPACE_LENGTH + 2, (short) NETNSA_FD)
                .putInt(NAMESPACE_LENGTH + ATTRIBUTE_LENGTH, descriptor)
                .array();
    }

    /** The id; -1 = it has none. */
    static Integer namespaceId(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        for (int at = offset + NAMESPACE_LENGTH; at < end; at = next(buffer, at, end)) {
            if (type(buffer, at) == NETNSA_NSID) {
                return buffer.getInt(at + ATTRIBUTE_LENGTH);
            }
        }
        return null;
    }

    static NetworkLink link(final DirectBuffer buffer, final int offset, final int length) {
        final int ifIndex = buffer.getInt(offset + 4);
        final int flags = buffer.getInt(offset + 8);
        String name = "";
        String kind = "";
        int peer = 0;
        int peerNamespace = -1;
        int master = 0;
        int mtu = 0;
        MacAddress mac = null;
        final int end = offset + length;
        for (int at = offset + LINK_LENGTH; at < end; at = next(buffer, at, end)) {
            final int value = at + ATTRIBUTE_LENGTH;
            final int size = size(buffer, at) - ATTRIBUTE_LENGTH;
            switch (type(buffer, at)) {
                case IFLA_IFNAME -> name = text(buffer, value, size);
                case IFLA_MTU -> mtu = buffer.getInt(value);
                case IFLA_LINK -> peer = buffer.getInt(value);
                case IFLA_MASTER -> master = buffer.getInt(value);
                case IFLA_LINK_NETNSID -> peerNamespace = buffer.getInt(value);
                case IFLA_ADDRESS -> mac = size == MAC_LENGTH ? mac(buffer, value) : null;
                case IFLA_LINKINFO -> kind = kind(buffer, value, size);
                default -> {}
            }
        }
        return new NetworkLink(ifIndex, name, kind, peer, peerNamespace, master, mac, mtu, flags);
    }

    /** Null when the message is about no XDP. */
    static XdpHook xdp(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        for (int at = offset + LINK_LENGTH; at < end; at = next(buffer, at, end)) {
            if (type(buffer, at) == IFLA_XDP) {
                final int nested = at + ATTRIBUTE_LENGTH;
                return xdpAttributes(buffer, nested, at + size(buffer, at));
            }
        }
        return null;
    }

    /** Of several programs the kernel names none as the attached one: then it is not ours. */
    private static XdpHook xdpAttributes(
            final DirectBuffer buffer, final int offset, final int end) {
        int programId = 0;
        int attached = 0;
        for (int at = offset; at < end; at = next(buffer, at, end)) {
            final int value = at + ATTRIBUTE_LENGTH;
            switch (type(buffer, at)) {
                case IFLA_XDP_ATTACHED -> attached = buffer.getByte(value);
                case IFLA_XDP_PROG_ID -> programId = buffer.getInt(value);
                default -> {}
            }
        }
        return new XdpHook(programId, attached == XDP_ATTACHED_SKB);
    }

    /** Null for other families than IP. */
    static NetworkAddress address(final DirectBuffer buffer, final int offset, final int length) {
        IpAddress address = null;
        final int end = offset + length;
        for (int at = offset + ADDRESS_LENGTH; at < end; at = next(buffer, at, end)) {
            final int type = type(buffer, at);
            // On a point-to-point link IFA_ADDRESS is the other side's; IFA_LOCAL is always ours.
            if (type == IFA_LOCAL || type == IFA_ADDRESS && address == null) {
                address = ip(buffer, at + ATTRIBUTE_LENGTH, size(buffer, at) - ATTRIBUTE_LENGTH);
            }
        }
        return address == null
                ? null
                : new NetworkAddress(
                        buffer.getInt(offset + 4),
                        address,
                        buffer.getByte(offset + 1) & 0xFF,
                        buffer.getByte(offset + 3) & 0xFF);
    }

    static IpAddress ip(final DirectBuffer buffer, final int offset, final int size) {
        if (size == 4) {
            return IpAddress.ofIpv4(buffer.getInt(offset, ByteOrder.BIG_ENDIAN));
        }
        return size == 16
                ? new IpAddress(
                        buffer.getLong(offset, ByteOrder.BIG_ENDIAN),
                        buffer.getLong(offset + 8, ByteOrder.BIG_ENDIAN))
                : null;
    }

    private static String kind(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        for (int at = offset; at < end; at = next(buffer, at, end)) {
            if (type(buffer, at) == IFLA_INFO_KIND) {
                return text(buffer, at + ATTRIBUTE_LENGTH, size(buffer, at) - ATTRIBUTE_LENGTH);
            }
        }
        return "";
    }

    private static MacAddress mac(final DirectBuffer buffer, final int offset) {
        long value = 0;
        for (int i = 0; i < MAC_LENGTH; i++) {
            value = value << 8 | buffer.getByte(offset + i) & 0xFF;
        }
        return new MacAddress(value);
    }

    static String text(final DirectBuffer buffer, final int offset, final int size) {
        final String text = buffer.getStringWithoutLengthUtf8(offset, size);
        final int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    static int size(final DirectBuffer buffer, final int attribute) {
        return buffer.getShort(attribute) & 0xFFFF;
    }

    static int type(final DirectBuffer buffer, final int attribute) {
        return buffer.getShort(attribute + 2) & TYPE_MASK;
    }

    /** The next attribute, {@code end} where there is no whole one. */
    static int next(final DirectBuffer buffer, final int attribute, final int end) {
        final int size = size(buffer, attribute);
        final int next = attribute + (size + 3 & ~3);
        return size < ATTRIBUTE_LENGTH || next + ATTRIBUTE_LENGTH > end ? end : next;
    }
}
