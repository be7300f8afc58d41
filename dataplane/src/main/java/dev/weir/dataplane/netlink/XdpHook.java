package dev.weir.dataplane.netlink;

import java.util.List;

/**
 * What is at the XDP hook of an interface, whoever put it there (IFLA_XDP).
 *
 * @param programId 0 = nothing
 * @param generic false = native
 */
public record XdpHook(int programId, boolean generic) {
    static final XdpHook EMPTY = new XdpHook(0, false);

    /**
     * Asks the kernel about this one interface; libbpf's bpf_xdp_query reads all of them.
     *
     * @throws dev.weir.dataplane.jni.BpfException ENODEV if there is no such interface
     */
    public static XdpHook of(final int ifIndex) {
        try (NetlinkSocket socket =
                NetlinkSocket.open(NetlinkSocket.OWN_NAMESPACE, NetlinkSocket.ROUTE, 0)) {
            final Dump<XdpHook> answer = new Dump<>(RouteMessages::xdp);
            socket.ask(RouteMessages.GET_LINK, RouteMessages.linkRequest(ifIndex), answer);
            final List<XdpHook> hooks = answer.records();
            return hooks.isEmpty() ? EMPTY : hooks.get(0);
        }
    }
}
