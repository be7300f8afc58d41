package dev.weir.dataplane.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Asks for sockets and reads the answers (linux/inet_diag.h). */
final class SocketMessages {
    static final int BY_FAMILY = 20;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    /** {@code struct inet_diag_req_v2}. */
    private static final int REQUEST_LENGTH = 56;

    static final int ALL_STATES = -1;

    /** One bit a state: TCP_LISTEN. */
    static final int LISTENING = 1 << 10;

    // struct inet_diag_msg
    private static final int FAMILY_OFFSET = 0;
    private static final int STATE_OFFSET = 1;
    private static final int LOCAL_PORT_OFFSET = 4;
    private static final int REMOTE_PORT_OFFSET = 6;
    private static final int LOCAL_OFFSET = 8;
    private static final int REMOTE_OFFSET = 24;
    private static final int INODE_OFFSET = 68;

    private SocketMessages() {}

    static byte[] request(final int family, final int protocol, final int states) {
        return ByteBuffer.allocate(REQUEST_LENGTH)
                .order(ByteOrder.nativeOrder())
                .put(0, (byte) family)
                .put(1, (byte) protocol)
                .putInt(4, states)
                .array();
    }

    static NetworkSocket socket(final int protocol, final DirectBuffer buffer, final int offset) {
        final int size = buffer.getByte(offset + FAMILY_OFFSET) == AF_INET ? 4 : 16;
        return new NetworkSocket(
                protocol,
                buffer.getByte(offset + STATE_OFFSET) & 0xFF,
                RouteMessages.ip(buffer, offset + LOCAL_OFFSET, size),
                port(buffer, offset + LOCAL_PORT_OFFSET),
                RouteMessages.ip(buffer, offset + REMOTE_OFFSET, size),
                port(buffer, offset + REMOTE_PORT_OFFSET));
    }

    static long inode(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + INODE_OFFSET) & 0xFFFF_FFFFL;
    }

    private static int port(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }
}
