package dev.weir.dataplane.netlink;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Filters of an interface's clsact qdisc (RTM_GETTFILTER). */
public final class TrafficFilters {
    private static final int GET_FILTER = 46;

    /** {@code struct tcmsg}. */
    private static final int MESSAGE_LENGTH = 20;

    private static final int[] CLSACT_PARENTS = {0xFFFF_FFF2, 0xFFFF_FFF3};

    private TrafficFilters() {}

    /** How many filters there are in both directions, whosever; 0 without qdisc or interface. */
    public static int count(final int ifIndex) {
        int count = 0;
        try (NetlinkSocket socket =
                NetlinkSocket.open(NetlinkSocket.OWN_NAMESPACE, NetlinkSocket.ROUTE, 0)) {
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
