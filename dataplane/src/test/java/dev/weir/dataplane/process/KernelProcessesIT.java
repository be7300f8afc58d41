package dev.weir.dataplane.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in two namespaces, of which the client's is guarded. */
@KernelTest
class KernelProcessesIT {
    private static final int CONNECTS = 1_024;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int RING = 64 << 10;
    private static final int LEAST_RING = 4 << 10;
    private static final String CLIENT = "10.79.5.2";
    private static final String SERVER = "10.79.5.1";
    private static final String NOBODY = "02:00:00:00:00:09";

    @TempDir Path folder;

    private Netns client;
    private Netns server;
    private KernelProcesses processes;
    private final List<Told> told = new ArrayList<>();

    /** A record as the test wants to look at it. */
    private record Told(
            long netns,
            int localPort,
            int remotePort,
            int pid,
            String comm,
            ProcessVia via,
            boolean established) {}

    @BeforeEach
    void makeNamespaces() {
        server = Netns.create();
        client = Netns.create();
        client.veth(server, "out", "eth0");
        server.run("ip", "addr", "add", SERVER + "/24", "dev", "out");
        server.run("ip", "-6", "addr", "add", "fd79:5::1/64", "dev", "out", "nodad");
        client.run("ip", "addr", "add", CLIENT + "/24", "dev", "eth0");
        client.run("ip", "-6", "addr", "add", "fd79:5::2/64", "dev", "eth0", "nodad");
        processes = open(CONNECTS, RING);
        processes.guard(cookie(client));
    }

    @AfterEach
    void removeNamespaces() {
        processes.close();
        client.close();
        server.close();
    }

    private static KernelProcesses open(final int connects, final int ringBytes) {
        return KernelProcesses.open(
                ProgramUnderTest.objects().resolve("weir_process.bpf.o"), 16, connects, ringBytes);
    }

    private static long cookie(final Netns netns) {
        try (NetworkNamespace open = netns.open()) {
            return open.cookie();
        }
    }

    private List<Told> told() {
        processes.poll(this::onRecord, Integer.MAX_VALUE);
        return told;
    }

    private void onRecord(final DirectBuffer buffer, final int at, final int length) {
        assertThat(length).isEqualTo(ProcessLayout.EVENT_LENGTH);
        final byte[] comm = new byte[ProcessLayout.COMM_LENGTH];
        buffer.getBytes(at + ProcessLayout.COMM_OFFSET, comm);
        told.add(
                new Told(
                        buffer.getLong(at + ProcessLayout.NETNS_COOKIE_OFFSET),
                        port(buffer, at + ProcessLayout.LOCAL_PORT_OFFSET),
                        port(buffer, at + ProcessLayout.REMOTE_PORT_OFFSET),
                        buffer.getInt(at + ProcessLayout.PID_OFFSET),
                        new String(comm, StandardCharsets.US_ASCII).replace("\0", ""),
                        ProcessVia.of(buffer.getByte(at + ProcessLayout.VIA_OFFSET)),
                        buffer.getByte(at + ProcessLayout.ESTABLISHED_OFFSET) == 1));
    }

    private static int port(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    private ServerSocket listen(final Netns where, final String address) throws Exception {
        return where.call(() -> new ServerSocket(0, 500, InetAddress.getByName(address)));
    }

    /** A shell of its own name that opens a connection and ends. */
    private Process connect(final String name, final String address, final int port)
            throws Exception {
        final Path shell = folder.resolve(name);
        if (!Files.exists(shell)) {
            Files.copy(Path.of("/bin/bash"), shell);
            Files.setPosixFilePermissions(shell, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return client.start(
                shell.toString(), "-c", "exec 3<>/dev/tcp/" + address + "/" + port + " || true");
    }

    @Test
    void shouldTellWhoConnectsEvenIfItIsGoneByThen() throws Exception {
        try (ServerSocket listener = listen(server, SERVER)) {
            final Process shell = connect("first", SERVER, listener.getLocalPort());
            assertThat(shell.waitFor()).isZero();
            final int port;
            try (Socket accepted = listener.accept()) {
                port = accepted.getPort();
            }

            assertThat(told())
                    .containsExactly(
                            new Told(
                                    cookie(client),
                                    port,
                                    listener.getLocalPort(),
                                    (int) shell.pid(),
                                    "first",
                                    ProcessVia.CONNECT,
                                    true));
        }
    }

    @Test
    void shouldTellWhoConnectsOverIpv6() throws Exception {
        try (ServerSocket listener = listen(server, "fd79:5::1")) {
            final Process shell = connect("sixth", "fd79:5::1", listener.getLocalPort());
            assertThat(shell.waitFor()).isZero();

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo((int) shell.pid());
            assertThat(told.get(0).remotePort()).isEqualTo(listener.getLocalPort());
        }
    }

    @Test
    void shouldNameTheProcessNotTheThread() throws Exception {
        try (ServerSocket listener = listen(server, SERVER);
                Socket socket = client.call(() -> new Socket(SERVER, listener.getLocalPort()))) {
            assertThat(socket.isConnected()).isTrue();

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(told.get(0).comm())
                    .isEqualTo(Files.readString(Path.of("/proc/self/comm")).strip());
        }
    }

    @Test
    void shouldTellNothingOfNamespacesThatAreNotGuarded() throws Exception {
        processes.release(cookie(client));
        try (ServerSocket listener = listen(server, SERVER)) {
            assertThat(connect("unseen", SERVER, listener.getLocalPort()).waitFor()).isZero();
            assertThat(told()).isEmpty();

            processes.guard(cookie(client));
            assertThat(connect("seen", SERVER, listener.getLocalPort()).waitFor()).isZero();
            assertThat(told()).extracting(Told::comm).containsExactly("seen");
        }
    }

    @Test
    void shouldTellNothingOfLoopback() throws Exception {
        try (ServerSocket listener = listen(client, "127.0.0.1")) {
            assertThat(connect("within", "127.0.0.1", listener.getLocalPort()).waitFor()).isZero();

            assertThat(told()).isEmpty();
        }
    }

    @Test
    void shouldTellWhoListensAndThenWhichChildHadTheConnection() throws Exception {
        final Path port = folder.resolve("port");
        final Path child = folder.resolve("child");
        final Process parent =
                client.start(
                        "perl",
                        "-e",
                        "use Socket; socket(L, PF_INET, SOCK_STREAM, 0) or die;"
                                + "bind(L, sockaddr_in(0, inet_aton($ARGV[0]))) or die;"
                                + "listen(L, 5) or die;"
                                + "open(F, '>', $ARGV[1] . '.new');"
                                + "print F ((sockaddr_in(getsockname(L)))[0]); close F;"
                                + "rename($ARGV[1] . '.new', $ARGV[1]);"
                                + "my $pid = fork();"
                                + "if (!$pid) { accept(C, L); sysread(C, my $x, 1); close(C);"
                                + " open(F, '>', $ARGV[2] . '.new'); print F $$; close F;"
                                + " rename($ARGV[2] . '.new', $ARGV[2]); exit 0; }"
                                + "sleep 60",
                        CLIENT,
                        port.toString(),
                        child.toString());
        Await.until(() -> Files.exists(port), "the listener");
        final int number = Integer.parseInt(Files.readString(port));
        try (Socket socket = server.call(() -> new Socket(CLIENT, number))) {
            Await.until(() -> !told().isEmpty(), "the connection");
            assertThat(told).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo((int) parent.pid());
            assertThat(told.get(0).via()).isEqualTo(ProcessVia.LISTEN);
            assertThat(told.get(0).localPort()).isEqualTo(number);
            assertThat(told.get(0).remotePort()).isEqualTo(socket.getLocalPort());

            socket.getOutputStream().write(1);
            Await.until(() -> Files.exists(child), "the child's end");
        }
        assertThat(told()).hasSize(2);
        assertThat(told.get(1).pid()).isEqualTo(Integer.parseInt(Files.readString(child)));
        assertThat(told.get(1).pid()).isNotEqualTo((int) parent.pid());
        assertThat(told.get(1).comm()).isEqualTo("perl");
        assertThat(told.get(1).via()).isEqualTo(ProcessVia.CLOSE);
        assertThat(told.get(1).remotePort()).isEqualTo(told.get(0).remotePort());
    }

    @Test
    void shouldTellAtItsEndWhoseAConnectionIsThatWasOpenBefore() throws Exception {
        processes.release(cookie(client));
        try (ServerSocket listener = listen(server, SERVER)) {
            final Socket socket = client.call(() -> new Socket(SERVER, listener.getLocalPort()));
            processes.guard(cookie(client));
            assertThat(told()).isEmpty();
            socket.close();

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(told.get(0).via()).isEqualTo(ProcessVia.CLOSE);
        }
    }

    @Test
    void shouldTellWhoWasRefused() throws Exception {
        final int port;
        try (ServerSocket listener = listen(server, SERVER)) {
            port = listener.getLocalPort();
        }
        final Process shell = connect("refused", SERVER, port);
        shell.waitFor();

        assertThat(told()).hasSize(1);
        assertThat(told.get(0).pid()).isEqualTo((int) shell.pid());
        assertThat(told.get(0).established()).isFalse();
        assertThat(told.get(0).localPort()).isNotZero();
    }

    @Test
    void shouldTellWhoGetsNoAnswerWhileItStillAsks() throws Exception {
        client.run("ip", "neigh", "add", "10.79.5.9", "lladdr", NOBODY, "dev", "eth0");
        final Process shell = connect("unheard", "10.79.5.9", 80);

        Await.until(() -> !told().isEmpty(), "the SYN that is sent again");
        assertThat(shell.isAlive()).isTrue();
        assertThat(told.get(0).comm()).isEqualTo("unheard");
        assertThat(told.get(0).established()).isFalse();
        assertThat(told.get(0).localPort()).isNotZero();
        assertThat(told.get(0).remotePort()).isEqualTo(80);
    }

    @Test
    void shouldKeepProcessesApartThatHadTheSamePid() throws Exception {
        try (ServerSocket listener = listen(server, SERVER)) {
            final Process first = connect("earlier", SERVER, listener.getLocalPort());
            assertThat(first.waitFor()).isZero();
            Process second = null;
            for (int i = 0; i < 200 && (second == null || second.pid() != first.pid()); i++) {
                Files.writeString(
                        Path.of("/proc/sys/kernel/ns_last_pid"), Long.toString(first.pid() - 1));
                second = connect("later", SERVER, listener.getLocalPort());
                assertThat(second.waitFor()).isZero();
            }
            assertThat(second.pid()).as("the pid is given out again").isEqualTo(first.pid());

            assertThat(told()).filteredOn(each -> each.pid() == (int) first.pid()).hasSize(2);
            assertThat(told.get(0).comm()).isEqualTo("earlier");
            assertThat(told.get(told.size() - 1).comm()).isEqualTo("later");
        }
    }

    @Test
    void shouldCountWhatFindsTheRingFullAndTellItAtTheEnd() throws Exception {
        processes.close();
        processes = open(CONNECTS, LEAST_RING);
        processes.guard(cookie(client));
        final int room = LEAST_RING / (ProcessLayout.EVENT_LENGTH + 8);
        final List<Socket> sockets = new ArrayList<>();
        try (ServerSocket listener = listen(server, SERVER)) {
            for (int i = 0; i < room + 10; i++) {
                sockets.add(client.call(() -> new Socket(SERVER, listener.getLocalPort())));
            }
            final int through = told().size();
            assertThat(through).isLessThanOrEqualTo(room).isPositive();
            assertThat(processes.losses().events()).isEqualTo(room + 10 - through);

            final List<Integer> late =
                    IntStream.range(through, room + 10)
                            .map(i -> sockets.get(i).getLocalPort())
                            .boxed()
                            .toList();
            told.clear();
            for (final Socket socket : sockets) {
                socket.close();
            }
            assertThat(told()).extracting(Told::localPort).containsExactlyElementsOf(late);
        }
    }

    @Test
    void shouldCountConnectionsWhoseProcessWasForgotten() throws Exception {
        final int sockets = 400;
        processes.close();
        processes = open(64, RING);
        processes.guard(cookie(client));
        client.run("ip", "neigh", "add", SERVER, "lladdr", NOBODY, "dev", "eth0");
        final List<SocketChannel> channels = new ArrayList<>();
        try (ServerSocket listener = listen(server, SERVER)) {
            for (int i = 0; i < sockets; i++) {
                final SocketChannel channel = client.call(() -> SocketChannel.open());
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(SERVER, listener.getLocalPort()));
                channels.add(channel);
            }
            client.run("ip", "neigh", "delete", SERVER, "dev", "eth0");
            for (final SocketChannel channel : channels) {
                Await.until(channel::finishConnect, "a connection");
            }

            final long known = told().stream().filter(Told::established).count();
            assertThat(known).isPositive().isLessThanOrEqualTo(64);
            assertThat(processes.losses().sockets()).isEqualTo(sockets - known);
        } finally {
            for (final SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    @Test
    void shouldNameNoListenerOfASharedPort() throws Exception {
        final Path ready = folder.resolve("ready");
        listenWith(SO_REUSEPORT, 0, ready);
        Await.until(() -> Files.exists(ready), "the listener");
        accept(Integer.parseInt(Files.readString(ready)));

        assertThat(told()).isEmpty();
    }

    /** A process that accepts nothing. */
    private Process listenWith(final int option, final int port, final Path ready) {
        return client.start(
                "perl",
                "-e",
                "use Socket; socket(L, PF_INET, SOCK_STREAM, 0) or die;"
                        + "setsockopt(L, SOL_SOCKET, $ARGV[2], 1) or die;"
                        + "bind(L, sockaddr_in($ARGV[0], INADDR_ANY)) or die;"
                        + "listen(L, 5) or die; open(F, '>', $ARGV[1] . '.new');"
                        + "print F ((sockaddr_in(getsockname(L)))[0]); close F;"
                        + "rename($ARGV[1] . '.new', $ARGV[1]); sleep 60",
                Integer.toString(port),
                ready.toString(),
                Integer.toString(option));
    }

    private void accept(final int port) throws Exception {
        try (Socket socket = server.call(() -> new Socket(CLIENT, port))) {
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void shouldForgetAListenerThatIsGone() throws Exception {
        final int port;
        final Path first = folder.resolve("first");
        final Process one = listenWith(SO_REUSEADDR, 0, first);
        Await.until(() -> Files.exists(first), "the first listener");
        port = Integer.parseInt(Files.readString(first));
        one.destroyForcibly();
        one.waitFor();

        final Path second = folder.resolve("second");
        final Process two = listenWith(SO_REUSEADDR, port, second);
        Await.until(() -> Files.exists(second), "the second listener");
        accept(port);
        assertThat(told()).extracting(Told::pid).containsExactly((int) two.pid());
    }

    @Test
    void shouldTellNothingWhilePausedAndForgetWhatMayHaveChanged() throws Exception {
        try (ServerSocket listener = listen(server, SERVER)) {
            final Socket before = client.call(() -> new Socket(SERVER, listener.getLocalPort()));
            assertThat(told()).hasSize(1);
            processes.pause(true);
            assertThat(processes.programs()).isEmpty();
            assertThat(connect("unseen", SERVER, listener.getLocalPort()).waitFor()).isZero();
            assertThat(told()).hasSize(1);

            processes.pause(false);
            assertThat(connect("again", SERVER, listener.getLocalPort()).waitFor()).isZero();
            assertThat(told()).hasSize(2);
            assertThat(told.get(1).comm()).isEqualTo("again");
            before.close();
            assertThat(told()).hasSize(3);
            assertThat(told.get(2).via()).isEqualTo(ProcessVia.CLOSE);
        }
    }
}
