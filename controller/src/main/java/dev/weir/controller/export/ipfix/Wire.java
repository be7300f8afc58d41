package dev.weir.controller.export.ipfix;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A transport session with a collector; closed by any thread, which ends a call that waits. */
interface Wire extends AutoCloseable {
    int CONNECT_MILLIS = 5_000;

    void send(ByteBuffer message) throws IOException;

    /** Throws if the collector has gone. */
    void check() throws IOException;

    @Override
    void close();

    /** The name is resolved anew each time. */
    static Wire connect(final IpfixSettings settings) throws IOException {
        final InetSocketAddress collector =
                new InetSocketAddress(
                        settings.collector().getHostString(), settings.collector().getPort());
        if (collector.isUnresolved()) {
            throw new IOException(
                    collector.getHostString() + ": no such host (expected: a name or an address)");
        }
        return settings.tcp() ? new Tcp(collector) : new Udp(collector);
    }

    /** A collector that does not listen shows by ICMP, with the message after. */
    final class Udp implements Wire {
        private final DatagramSocket socket;

        Udp(final InetSocketAddress collector) throws IOException {
            socket = new DatagramSocket();
            socket.connect(collector);
        }

        @Override
        public void send(final ByteBuffer message) throws IOException {
            socket.send(new DatagramPacket(message.array(), message.limit()));
        }

        @Override
        public void check() {}

        @Override
        public void close() {
            socket.close();
        }
    }

    /** A collector says nothing, so the only thing to read is that it went. */
    final class Tcp implements Wire {
        private final Socket socket = new Socket();

        Tcp(final InetSocketAddress collector) throws IOException {
            try {
                socket.connect(collector, CONNECT_MILLIS);
                socket.setSoTimeout(1);
            } catch (final IOException e) {
                socket.close();
                throw e;
            }
        }

        @Override
        public void send(final ByteBuffer message) throws IOException {
            final OutputStream out = socket.getOutputStream();
            out.write(message.array(), 0, message.limit());
        }

        @Override
        public void check() throws IOException {
            try {
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("the collector closed the connection");
                }
            } catch (final SocketTimeoutException e) {
                return; // it still listens
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
