package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.endpoint.Attached;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.netlink.NetworkSocket;
import dev.weir.dataplane.table.Connection;
import dev.weir.dataplane.table.IdleLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A running container's open connections into conntrack, so that attaching breaks nothing. */
final class Adoption {
    private static final int TCP = 6;

    private final Datapath datapath;

    Adoption(final Datapath datapath) {
        this.datapath = datapath;
    }

    /**
     * Enters them.
     *
     * @param sockets of the container's namespace
     * @param state in force
     * @return how many
     */
    int adopt(
            final Attached endpoint, final List<NetworkSocket> sockets, final CompiledState state) {
        final Set<Integer> served = servedPorts(sockets);
        final int policy = state.endpoints().get(endpoint.number()).policy();
        final int revision = datapath.control().revision();
        final int now = datapath.jiffies().getAsInt();
        final IdleLimits limits = datapath.control().idleLimits();
        int adopted = 0;
        for (final NetworkSocket socket : sockets) {
            if (!isOpen(socket) || !endpoint.veth().addresses().contains(socket.local())) {
                continue;
            }
            final boolean serves = served.contains(port(socket));
            final FlowKey key =
                    new FlowKey(
                            endpoint.number(),
                            socket.local(),
                            socket.remote(),
                            socket.localPort(),
                            socket.remotePort(),
                            socket.protocol());
            final TcpState tcp = socket.protocol() == TCP ? TcpState.ESTABLISHED : TcpState.NONE;
            final Connection connection =
                    Connection.adopted(
                            revision,
                            policy,
                            identity(state, socket.remote()),
                            now,
                            now + limits.limit(socket.protocol(), tcp.ordinal(), true),
                            serves ? Direction.INGRESS : Direction.EGRESS,
                            tcp);
            if (datapath.connections().insert(key, connection, now)) {
                adopted++;
            }
        }
        return adopted;
    }

    private static boolean isOpen(final NetworkSocket socket) {
        return socket.isConnected() && (socket.protocol() != TCP || socket.isEstablished());
    }

    /** Ports where the container waits for others: what is open there was opened by the peer. */
    private static Set<Integer> servedPorts(final List<NetworkSocket> sockets) {
        final Set<Integer> ports = new HashSet<>();
        for (final NetworkSocket socket : sockets) {
            if (socket.isListening() || socket.protocol() != TCP && !socket.isConnected()) {
                ports.add(port(socket));
            }
        }
        return ports;
    }

    private static int port(final NetworkSocket socket) {
        return socket.protocol() << 16 | socket.localPort();
    }

    /** What the datapath would find for the address. */
    static int identity(final CompiledState state, final IpAddress address) {
        final Integer exact = state.peers().get(address);
        if (exact != null) {
            return exact;
        }
        int longest = -1;
        int identity = IdentityInfo.WORLD;
        for (final Map.Entry<IpPrefix, Integer> each : state.cidrs().entrySet()) {
            if (each.getKey().length() > longest && each.getKey().contains(address)) {
                longest = each.getKey().length();
                identity = each.getValue();
            }
        }
        return identity;
    }
}
