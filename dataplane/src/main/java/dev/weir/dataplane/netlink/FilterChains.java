package dev.weir.dataplane.netlink;

import static dev.weir.dataplane.netlink.RouteMessages.ATTRIBUTE_LENGTH;
import static dev.weir.dataplane.netlink.RouteMessages.next;
import static dev.weir.dataplane.netlink.RouteMessages.size;
import static dev.weir.dataplane.netlink.RouteMessages.text;
import static dev.weir.dataplane.netlink.RouteMessages.type;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/** The chains of nftables (linux/netfilter/nf_tables.h). */
final class FilterChains {
    private static final int NFNL_SUBSYS_NFTABLES = 10 << 8;
    private static final int GET_CHAIN = NFNL_SUBSYS_NFTABLES | 4;

    /** {@code struct nfgenmsg}: family, version, resource. */
    private static final int MESSAGE_LENGTH = 4;

    private static final int NFPROTO_INET = 1;
    private static final int NFPROTO_NETDEV = 5;
    private static final int NFPROTO_BRIDGE = 7;
    private static final int NF_INET_INGRESS = 5;
    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_HOOK_HOOKNUM = 1;

    private FilterChains() {}

    /**
     * The first chain that frames meet on a bridge or at an interface, as {@code nft} names it: of
     * family bridge or netdev, or at the ingress hook of family inet. Empty when there is none, or
     * the kernel has no nftables.
     */
    static Optional<String> ofFrames(final NetlinkSocket netfilter) {
        try {
            final Dump<String> chains = new Dump<>(FilterChains::ofFrames);
            netfilter.dump(GET_CHAIN, new byte[MESSAGE_LENGTH], chains);
            final List<String> found = chains.records();
            return found.stream().findFirst();
        } catch (final BpfException e) {
            if (e.is(Errno.EINVAL)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String ofFrames(final DirectBuffer buffer, final int offset, final int length) {
        final int family = buffer.getByte(offset);
        final int end = offset + length;
        String table = "";
        String name = "";
        int hook = -1;
        for (int at = offset + MESSAGE_LENGTH; at < end; at = next(buffer, at, end)) {
            final int value = at + ATTRIBUTE_LENGTH;
            final int size = size(buffer, at) - ATTRIBUTE_LENGTH;
            switch (type(buffer, at)) {
                case NFTA_CHAIN_TABLE -> table = text(buffer, value, size);
                case NFTA_CHAIN_NAME -> name = text(buffer, value, size);
                case NFTA_CHAIN_HOOK -> hook = hook(buffer, value, value + size);
                default -> {}
            }
        }
        final String where =
                switch (family) {
                    case NFPROTO_BRIDGE -> "bridge";
                    case NFPROTO_NETDEV -> "netdev";
                    case NFPROTO_INET -> hook == NF_INET_INGRESS ? "inet" : "";
                    default -> "";
                };
        return hook < 0 || where.isEmpty() ? null : where + " " + table + " " + name;
    }

    /** Numbers of nftables are in network order. */
    private static int hook(final DirectBuffer buffer, final int offset, final int end) {
        for (int at = offset; at < end; at = next(buffer, at, end)) {
            if (type(buffer, at) == NFTA_HOOK_HOOKNUM) {
                return buffer.getInt(at + ATTRIBUTE_LENGTH, ByteOrder.BIG_ENDIAN);
            }
        }
        return -1;
    }
}
