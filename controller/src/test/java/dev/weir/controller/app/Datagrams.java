package dev.weir.controller.app;

import dev.weir.dataplane.testkit.Netns;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** UDP that nobody waits for. */
final class Datagrams {
    private static final int BYTES = 100;

    private Datagrams() {}

    /** From one port of the container, so many to one port of another. */
    static void send(final Netns from, final String to, final int port, final int count)
            throws Exception {
        from.call(
                () -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        final InetAddress address = InetAddress.getByName(to);
                        for (int i = 0; i < count; i++) {
                            socket.send(new DatagramPacket(new byte[BYTES], BYTES, address, port));
                        }
                    }
                    return null;
                });
    }
}
