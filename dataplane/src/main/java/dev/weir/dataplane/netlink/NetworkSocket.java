package dev.weir.dataplane.netlink;

import dev.weir.dataplane.layout.IpAddress;

/**
 * A TCP or UDP socket (sock_diag).
 *
 * @param protocol 6 or 17
 * @param state the kernel's TCP_* number: 1 established, 2 SYN sent, 7 close (an unconnected UDP
 *     socket), 10 listen
 * @param local IPv4 mapped where the socket speaks IPv4
 * @param localPort host order
 * @param remote all zero when not connected
 * @param remotePort 0 when not connected
 */
public record NetworkSocket(
        int protocol, int state, IpAddress local, int localPort, IpAddress remote, int remotePort) {

    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_LISTEN = 10;

    public boolean isListening() {
        return protocol == 6 && state == TCP_LISTEN;
    }

    public boolean isEstablished() {
        return state == TCP_ESTABLISHED;
    }

    public boolean isConnected() {
        return remotePort != 0;
    }
}
