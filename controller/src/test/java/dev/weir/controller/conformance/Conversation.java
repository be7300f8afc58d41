package dev.weir.controller.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** An open flow between two pods, over which a byte is sent one way and the other. */
final class Conversation implements AutoCloseable {
    private static final int PORT = 90;
    private static final int CONNECT_MILLIS = 5_000;

    /** How long a byte is waited for: what is not dropped is there at once. */
    private static final int SILENCE_MILLIS = 300;

    private final SelectableChannel near;
    private final SelectableChannel far;

    private Conversation(final SelectableChannel near, final SelectableChannel far)
            throws IOException {
        this.near = near;
        this.far = far;
        near.configureBlocking(false);
        far.configureBlocking(false);
    }

    /** Opened by the client, TCP or UDP. */
    static Conversation open(
            final String protocol, final Pod client, final Pod server, final boolean ipv6)
            throws Exception {
        final InetAddress to = InetAddress.getByName(server.address(ipv6));
        return protocol.equals("TCP")
                ? tcp(client, server, new InetSocketAddress(to, PORT))
                : udp(
                        client,
                        server,
                        new InetSocketAddress(
                                InetAddress.getByName(client.address(ipv6)), PORT + 1),
                        new InetSocketAddress(to, PORT));
    }

    private static Conversation tcp(final Pod client, final Pod server, final InetSocketAddress to)
            throws Exception {
        try (ServerSocketChannel listener =
                server.netns().call(() -> ServerSocketChannel.open().bind(to))) {
            final SocketChannel near =
                    client.netns()
                            .call(
                                    () -> {
                                        final SocketChannel channel = SocketChannel.open();
                                        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                                        channel.socket().connect(to, CONNECT_MILLIS);
                                        return channel;
                                    });
            return new Conversation(
                    near, listener.accept().setOption(StandardSocketOptions.SO_LINGER, 0));
        }
    }

    private static Conversation udp(
            final Pod client,
            final Pod server,
            final InetSocketAddress from,
            final InetSocketAddress to)
            throws Exception {
        final DatagramChannel near = client.netns().call(() -> DatagramChannel.open().bind(from));
        final DatagramChannel far = server.netns().call(() -> DatagramChannel.open().bind(to));
        return new Conversation(near.connect(to), far.connect(from));
    }

    /**
     * Sends a byte each way, the opener first.
     *
     * @return whether the client's arrived, and the server's
     */
    List<Boolean> passes() throws IOException {
        return List.of(passes(near, far), passes(far, near));
    }

    private static boolean passes(final SelectableChannel from, final SelectableChannel to)
            throws IOException {
        ((ByteChannel) from).write(ByteBuffer.wrap(new byte[] {1}));
        try (Selector selector = Selector.open()) {
            to.register(selector, SelectionKey.OP_READ);
            return selector.select(SILENCE_MILLIS) > 0
                    && ((ByteChannel) to).read(ByteBuffer.allocate(1)) > 0;
        }
    }

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
    }
}
