package dev.weir.dataplane.netlink;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.agrona.DirectBuffer;

/** Filters of an interface's clsact qdisc (RTM_GETTFILTER). */
public final class TrafficFilters {
    static final int NEW_QDISC = 36;
    static final int DELETE_QDISC = 37;
    static final int GET_QDISC = 38;
    static final int NEW_FILTER = 44;
    static final int DELETE_FILTER = 45;

    private static final int GET_FILTER = 46;
    private static final int TCA_KIND = 1;
    private static final Set<String> KINDS = Set.of("clsact", "ingress");

    /** {@code struct tcmsg}. */
    static final int MESSAGE_LENGTH = 20;

    private static final int[] CLSACT_PARENTS = {0xFFFF_FFF2, 0xFFFF_FFF3};

    private TrafficFilters() {}

    /** Index of the interface that has such a qdisc, from RTM_NEWQDISC; null: it is another one. */
    static Integer classified(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        for (int at = offset + MESSAGE_LENGTH; at < end; at = RouteMessages.next(buffer, at, end)) {
            if (RouteMessages.type(buffer, at) == TCA_KIND) {
                final int value = at + RouteMessages.ATTRIBUTE_LENGTH;
                final int size = RouteMessages.size(buffer, at) - RouteMessages.ATTRIBUTE_LENGTH;
                return KINDS.contains(RouteMessages.text(buffer, value, size))
                        ? ifIndex(buffer, offset)
                        : null;
            }
        }
        return null;
    }

    /** Of {@code struct tcmsg}. */
    static int ifIndex(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + 4);
    }

    /** How many filters there are in both directions, whosever; 0 without qdisc or interface. */
    public static int count(final int ifIndex) {
        try (NetlinkSocket socket =
                NetlinkSocket.open(NetlinkSocket.OWN_NAMESPACE, NetlinkSocket.ROUTE, 0)) {
            return count(socket, ifIndex);
        }
    }

    static int count(final NetlinkSocket socket, final int ifIndex) {
        int count = 0;
        try {
            for (final int parent : CLSACT_PARENTS) {
                final byte[] request =
                        ByteBuffer.allocate(MESSAGE_LENGTH)
                                .order(ByteOrder.nativeOrder())
                                .putInt(4, ifIndex)
                                .putInt(12, parent)
                                .array();
                final Dump<Integer> handles = new Dump<>((b, at, n) -> b.getInt(at + 8));
                socket.dump(GET_FILTER, request, handles);
                // Each priority also has a head of its own, with handle 0.
                count += (int) handles.records().stream().filter(handle -> handle != 0).count();
            }
            return count;
        } catch (final BpfException e) {
            if (e.is(Errno.ENODEV) || e.is(Errno.EINVAL) || e.is(Errno.ENOENT)) {
                return 0;
            }
            throw e;
        }
    }
}
