package dev.weir.dataplane.netlink;

import static dev.weir.dataplane.netlink.RouteMessages.ATTRIBUTE_LENGTH;
import static dev.weir.dataplane.netlink.RouteMessages.next;
import static dev.weir.dataplane.netlink.RouteMessages.size;
import static dev.weir.dataplane.netlink.RouteMessages.text;
import static dev.weir.dataplane.netlink.RouteMessages.type;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Reads what RTM_NEWLINK says of bridges and their ports (linux/if_link.h). */
final class BridgeMessages {
    private static final int IFLA_QDISC = 6;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_XDP_HW_PROG_ID = 7;
    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_INFO_SLAVE_KIND = 4;
    private static final int IFLA_INFO_SLAVE_DATA = 5;
    private static final int IFLA_BR_VLAN_FILTERING = 7;
    private static final int IFLA_BR_NF_CALL_IPTABLES = 36;
    private static final int IFLA_BR_NF_CALL_IP6TABLES = 37;
    private static final int IFLA_BRPORT_STATE = 1;
    private static final int IFLA_BRPORT_LEARNING = 8;
    private static final int IFLA_BRPORT_UNICAST_FLOOD = 9;
    private static final int IFLA_BRPORT_ISOLATED = 33;
    private static final int IFLA_BRPORT_LOCKED = 39;
    private static final int BR_STATE_FORWARDING = 3;
    private static final String BRIDGE = "bridge";

    private BridgeMessages() {}

    /** All links, without their counters. */
    static byte[] request() {
        return ByteBuffer.allocate(RouteMessages.LINK_LENGTH + ATTRIBUTE_LENGTH + Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(RouteMessages.LINK_LENGTH, (short) (ATTRIBUTE_LENGTH + Integer.BYTES))
                .putShort(RouteMessages.LINK_LENGTH + 2, (short) IFLA_EXT_MASK)
                .putInt(RouteMessages.LINK_LENGTH + ATTRIBUTE_LENGTH, RTEXT_FILTER_SKIP_STATS)
                .array();
    }

    static Bridging.Part part(final DirectBuffer buffer, final int offset, final int length) {
        final Link link = new Link();
        link.ifIndex = buffer.getInt(offset + 4);
        link.up = (buffer.getInt(offset + 8) & NetworkLink.IFF_UP) != 0;
        final int end = offset + length;
        for (int at = offset + RouteMessages.LINK_LENGTH; at < end; at = next(buffer, at, end)) {
            final int value = at + ATTRIBUTE_LENGTH;
            final int size = size(buffer, at) - ATTRIBUTE_LENGTH;
            switch (type(buffer, at)) {
                case RouteMessages.IFLA_IFNAME -> link.name = text(buffer, value, size);
                case IFLA_QDISC -> link.queueing = text(buffer, value, size);
                case RouteMessages.IFLA_MASTER -> link.master = buffer.getInt(value);
                case RouteMessages.IFLA_LINKINFO -> link.info(buffer, value, value + size);
                case RouteMessages.IFLA_XDP -> link.xdp(buffer, value, value + size);
                default -> {}
            }
        }
        return link.part();
    }

    /** What is known of a link while its message is read. */
    private static final class Link {
        private final List<Integer> xdpPrograms = new ArrayList<>();
        private int ifIndex;
        private String name = "";
        private String kind = "";
        private String memberOf = "";
        private String queueing = "";
        private int master;
        private int state;
        private boolean up;
        private boolean open = true;
        private boolean vlanFiltering;
        private boolean callsIptables;

        private Bridging.Part part() {
            return new Bridging.Part(
                    kind.equals(BRIDGE)
                            ? new Bridge(ifIndex, name, up, vlanFiltering, callsIptables)
                            : null,
                    memberOf.equals(BRIDGE)
                            ? new BridgePort(
                                    ifIndex,
                                    master,
                                    up,
                                    state == BR_STATE_FORWARDING,
                                    open,
                                    queueing)
                            : null,
                    xdpPrograms);
        }

        /** The kinds stand before the data of theirs (rtnl_link_fill()). */
        private void info(final DirectBuffer buffer, final int offset, final int end) {
            for (int at = offset; at < end; at = next(buffer, at, end)) {
                final int value = at + ATTRIBUTE_LENGTH;
                final int size = size(buffer, at) - ATTRIBUTE_LENGTH;
                switch (type(buffer, at)) {
                    case RouteMessages.IFLA_INFO_KIND -> kind = text(buffer, value, size);
                    case IFLA_INFO_SLAVE_KIND -> memberOf = text(buffer, value, size);
                    case IFLA_INFO_DATA -> {
                        if (kind.equals(BRIDGE)) {
                            bridge(buffer, value, value + size);
                        }
                    }
                    case IFLA_INFO_SLAVE_DATA -> {
                        if (memberOf.equals(BRIDGE)) {
                            port(buffer, value, value + size);
                        }
                    }
                    default -> {}
                }
            }
        }

        private void bridge(final DirectBuffer buffer, final int offset, final int end) {
            for (int at = offset; at < end; at = next(buffer, at, end)) {
                final boolean on = buffer.getByte(at + ATTRIBUTE_LENGTH) != 0;
                switch (type(buffer, at)) {
                    case IFLA_BR_VLAN_FILTERING -> vlanFiltering = on;
                    case IFLA_BR_NF_CALL_IPTABLES, IFLA_BR_NF_CALL_IP6TABLES -> callsIptables |= on;
                    default -> {}
                }
            }
        }

        private void port(final DirectBuffer buffer, final int offset, final int end) {
            for (int at = offset; at < end; at = next(buffer, at, end)) {
                final int value = buffer.getByte(at + ATTRIBUTE_LENGTH);
                switch (type(buffer, at)) {
                    case IFLA_BRPORT_STATE -> state = value;
                    case IFLA_BRPORT_LEARNING, IFLA_BRPORT_UNICAST_FLOOD -> open &= value != 0;
                    case IFLA_BRPORT_ISOLATED, IFLA_BRPORT_LOCKED -> open &= value == 0;
                    default -> {}
                }
            }
        }

        private void xdp(final DirectBuffer buffer, final int offset, final int end) {
            for (int at = offset; at < end; at = next(buffer, at, end)) {
                final int type = type(buffer, at);
                if (type >= RouteMessages.IFLA_XDP_PROG_ID && type <= IFLA_XDP_HW_PROG_ID) {
                    xdpPrograms.add(buffer.getInt(at + ATTRIBUTE_LENGTH));
                }
            }
        }
    }
}
