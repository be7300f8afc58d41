package dev.weir.dataplane.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@KernelTest
class NetworkNamespaceIT {
    private static final String TCP_V6 = "/proc/net/tcp6";

    @Test
    void shouldFindBothEndsOfAVethFromEitherSide() {
        try (Netns container = Netns.create()) {
            final Netns.Veth veth = container.veth("eth0");

            assertThat(veth.outer().isVeth()).isTrue();
            assertThat(veth.outer().isUp()).isTrue();
            assertThat(veth.outer().peerIndex()).isEqualTo(veth.inner().ifIndex());
            assertThat(veth.inner().peerIndex()).isEqualTo(veth.outer().ifIndex());
            assertThat(veth.outer().peerNamespaceId()).isNotNegative();
            assertThat(veth.inner().mac()).isNotNull().isNotEqualTo(veth.outer().mac());
            assertThat(veth.inner().mtu()).isEqualTo(1500);
        }
    }

    @Test
    void shouldReadAddressesOfBothFamiliesInsideAnotherNamespace() {
        try (Netns container = Netns.create()) {
            final int ifIndex = container.veth("eth0").inner().ifIndex();
            container.run("ip", "addr", "add", "10.77.0.2/24", "dev", "eth0");
            container.run("ip", "addr", "add", "fd77::2/64", "dev", "eth0", "nodad");

            try (NetworkNamespace namespace = container.open()) {
                assertThat(namespace.addresses())
                        .contains(
                                new NetworkAddress(ifIndex, IpAddress.parse("10.77.0.2"), 24, 0),
                                new NetworkAddress(ifIndex, IpAddress.parse("fd77::2"), 64, 0));
            }
        }
    }

    @Test
    void shouldTellNamespacesApartByInodeAndCookie() {
        try (Netns one = Netns.create();
                NetworkNamespace first = one.open();
                NetworkNamespace again = one.open();
                NetworkNamespace own = NetworkNamespace.current()) {
            assertThat(first.inode()).isEqualTo(again.inode()).isNotEqualTo(own.inode());
            assertThat(first.cookie()).isEqualTo(again.cookie()).isNotEqualTo(own.cookie());
        }
    }

    @Test
    void shouldSeeListenersAndEstablishedConnections() throws Exception {
        try (Netns container = Netns.create();
                NetworkNamespace namespace = container.open()) {
            final List<NetworkSocket> sockets =
                    namespace.call(
                            () -> {
                                final InetAddress local = InetAddress.getByName("127.0.0.1");
                                try (ServerSocket server = new ServerSocket(0, 1, local);
                                        Socket client = new Socket(local, server.getLocalPort());
                                        Socket accepted = server.accept()) {
                                    assertThat(accepted.isConnected()).isTrue();
                                    final List<NetworkSocket> all = namespace.sockets();
                                    assertThat(all)
                                            .anyMatch(
                                                    s ->
                                                            s.isListening()
                                                                    && s.localPort()
                                                                            == server
                                                                                    .getLocalPort());
                                    assertThat(all)
                                            .anyMatch(
                                                    s ->
                                                            s.isEstablished()
                                                                    && s.remotePort()
                                                                            == client
                                                                                    .getLocalPort());
                                    return all;
                                }
                            });
            assertThat(sockets).hasSizeGreaterThanOrEqualTo(3);
            assertThat(namespace.sockets()).noneMatch(NetworkSocket::isListening);
        }
    }

    @Test
    void shouldTellListenersFromConnections() throws Exception {
        try (Netns container = Netns.create();
                NetworkNamespace namespace = container.open()) {
            final InetAddress local = InetAddress.getByName("127.0.0.1");
            try (ServerSocket server = namespace.call(() -> new ServerSocket(0, 1, local));
                    Socket client =
                            namespace.call(() -> new Socket(local, server.getLocalPort()))) {
                assertThat(client.isConnected()).isTrue();
                assertThat(namespace.listeners())
                        .hasSize(1)
                        .isEqualTo(listening(container.run("cat", "/proc/net/tcp", TCP_V6)));
            }
            assertThat(namespace.listeners()).isEmpty();
        }
    }

    /** Inodes of the lines of {@code /proc/net/tcp} in the state TCP_LISTEN. */
    private static Set<Long> listening(final String table) {
        return table.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 9 && fields[3].equals("0A"))
                .map(fields -> Long.valueOf(fields[9]))
                .collect(Collectors.toSet());
    }

    @Test
    void shouldHearOfLinksAndAddressesThatComeAndGo() throws Exception {
        final Recorder heard = new Recorder();
        try (Netns container = Netns.create();
                NetworkNamespace namespace = container.open();
                NetworkMonitor monitor = NetworkMonitor.open(namespace)) {
            assertThat(monitor.poll(heard, 0)).isZero();

            container.run("ip", "link", "add", "d0", "type", "veth", "peer", "name", "d1");
            container.run("ip", "addr", "add", "10.78.0.1/24", "dev", "d0");
            container.run("ip", "link", "delete", "d0");
            Await.until(
                    () -> {
                        monitor.poll(heard, 100);
                        return heard.events.contains("link gone d0");
                    },
                    "the end of the link");

            assertThat(heard.events)
                    .contains("link d0", "address 10.78.0.1", "gone 10.78.0.1", "link gone d0");
        }
    }

    @Test
    void shouldHearOfQueueingDisciplines() throws Exception {
        final Recorder heard = new Recorder();
        try (Netns container = Netns.create();
                NetworkNamespace namespace = container.open()) {
            final int ifIndex = container.veth("eth0").inner().ifIndex();
            try (NetworkMonitor monitor = NetworkMonitor.open(namespace)) {
                container.run("tc", "qdisc", "add", "dev", "eth0", "clsact");
                Await.until(
                        () -> {
                            monitor.poll(heard, 10);
                            return heard.events.contains("traffic control " + ifIndex);
                        },
                        "news of the qdisc");
            }
        }
    }

    @Test
    void shouldStopWaitingForNewsWhenWoken() throws Exception {
        final Recorder heard = new Recorder();
        try (Netns container = Netns.create();
                NetworkNamespace namespace = container.open();
                NetworkMonitor monitor = NetworkMonitor.open(namespace)) {
            final FutureTask<Integer> waiting = new FutureTask<>(() -> monitor.poll(heard, -1));
            final Thread thread = new Thread(waiting, "waiting");
            thread.start();

            monitor.wake();

            assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            thread.join();
            assertThat(heard.events).isEmpty();
        }
    }

    @Test
    void shouldRefuseAPathThatIsNoNetworkNamespace() {
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/proc/self/ns/mnt")))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.is(Errno.EINVAL)).isTrue());
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/run/netns/no-such")))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.is(Errno.ENOENT)).isTrue());
    }

    private static final class Recorder implements NetworkListener {
        private final List<String> events = new ArrayList<>();

        @Override
        public void onLink(final NetworkLink link) {
            events.add("link " + link.name());
        }

        @Override
        public void onLinkRemoved(final NetworkLink link) {
            events.add("link gone " + link.name());
        }

        @Override
        public void onAddress(final NetworkAddress address) {
            events.add("address " + address.address());
        }

        @Override
        public void onAddressRemoved(final NetworkAddress address) {
            events.add("gone " + address.address());
        }

        @Override
        public void onTrafficControl(final int ifIndex) {
            events.add("traffic control " + ifIndex);
        }

        @Override
        public void onOverrun() {
            events.add("overrun");
        }
    }
}
