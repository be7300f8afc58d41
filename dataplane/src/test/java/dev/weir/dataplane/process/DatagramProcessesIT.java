package dev.weir.dataplane.process;

import static dev.weir.dataplane.process.ProcessContainer.CONTAINER;
import static dev.weir.dataplane.process.ProcessContainer.HOST;
import static dev.weir.dataplane.process.ProcessContainer.UDP;
import static dev.weir.dataplane.process.ProcessContainer.ownPid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.testkit.KernelTest;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real processes in a container, and the datagrams that they send. */
@KernelTest
class DatagramProcessesIT {
    @RegisterExtension final ProcessContainer container = new ProcessContainer();

    @Test
    void shouldTellWhoSendsDatagramsOnceAFlow() throws Exception {
        container
                .netns()
                .call(
                        () -> {
                            try (DatagramSocket bound = new DatagramSocket()) {
                                for (final int port : new int[] {9, 9, 10}) {
                                    bound.send(datagram(HOST, port));
                                }
                            }
                            return null;
                        });

        assertThat(container.told())
                .extracting(each -> each.key().remotePort())
                .containsExactly(9, 10);
        assertThat(container.told())
                .allSatisfy(
                        each -> {
                            assertThat(each.pid()).isEqualTo(ownPid());
                            assertThat(each.via()).isEqualTo(ProcessVia.BIND);
                            assertThat(each.key().protocol()).isEqualTo(UDP);
                        });
    }

    private static DatagramPacket datagram(final String to, final int port) throws IOException {
        return new DatagramPacket(new byte[5], 5, InetAddress.getByName(to), port);
    }

    @Test
    void shouldTellWhoSendsDatagramsFromASocketThatNobodyBound() throws Exception {
        final Process shell =
                container.netns().start("bash", "-c", "exec 3>/dev/udp/" + HOST + "/9; echo >&3");
        shell.waitFor();

        assertThat(container.told()).hasSize(1);
        assertThat(container.told(0).pid()).isEqualTo((int) shell.pid());
        assertThat(container.told(0).via()).isEqualTo(ProcessVia.SOCKET);
    }

    @Test
    void shouldTellWhoAnswersDatagrams() throws Exception {
        try (DatagramSocket server =
                        container
                                .netns()
                                .call(
                                        () ->
                                                new DatagramSocket(
                                                        new InetSocketAddress(CONTAINER, 0)));
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(HOST, 0))) {
            client.send(datagram(CONTAINER, server.getLocalPort()));
            final DatagramPacket question = new DatagramPacket(new byte[5], 5);
            server.receive(question);
            assertThat(container.told()).isEmpty();
            server.send(question);

            assertThat(container.told()).hasSize(1);
            assertThat(container.told(0).pid()).isEqualTo(ownPid());
            assertThat(container.told(0).key().remotePort()).isEqualTo(client.getLocalPort());
        }
    }

    @Test
    void shouldCountWhatFindsTheRingFull() throws Exception {
        final int room = (1 << 20) / (ProcessLayout.EVENT_LENGTH + 8);
        container
                .netns()
                .call(
                        () -> {
                            try (DatagramSocket socket = new DatagramSocket()) {
                                for (int i = 0; i < room + 10; i++) {
                                    socket.send(datagram(HOST, 1 + i));
                                }
                            }
                            return null;
                        });

        final int through = container.told().size();
        assertThat(through).isLessThanOrEqualTo(room).isPositive();
        assertThat(container.processes().lost()).isEqualTo(room + 10 - through);
    }
}
