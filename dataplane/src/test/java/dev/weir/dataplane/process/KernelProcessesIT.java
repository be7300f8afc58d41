package dev.weir.dataplane.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.DataplaneOptions;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in a container and on its host. */
@KernelTest
class KernelProcessesIT {
    private static final TableSizes SMALL =
            new TableSizes(1024, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10);
    private static final int NUMBER = 3;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final String CONTAINER = "10.79.5.2";
    private static final String HOST = "10.79.5.1";
    private static final String NOBODY = "02:00:00:00:00:09";

    @RegisterExtension final TemporaryBpffs bpffs = new TemporaryBpffs();
    @TempDir Path folder;

    private Netns container;
    private Netns.Veth veth;
    private Dataplane weir;
    private KernelProcesses processes;
    private final List<Told> told = new ArrayList<>();

    /** A record as the test wants to look at it. */
    private record Told(FlowKey key, boolean denied, int pid, String comm, ProcessVia via) {}

    @BeforeEach
    void makeContainer() {
        container = Netns.create();
        veth = container.veth("eth0");
        final String outer = veth.outer().name();
        Netns.host("ip", "addr", "add", HOST + "/24", "dev", outer);
        Netns.host("ip", "-6", "addr", "add", "fd79:5::1/64", "dev", outer, "nodad");
        container.run("ip", "addr", "add", CONTAINER + "/24", "dev", "eth0");
        container.run("ip", "-6", "addr", "add", "fd79:5::2/64", "dev", "eth0", "nodad");
        weir =
                Dataplane.open(
                        DataplaneOptions.of(ProgramUnderTest.objects(), bpffs.pinRoot())
                                .withSizes(SMALL));
        final int ifIndex = veth.outer().ifIndex();
        final List<IpAddress> addresses =
                List.of(IpAddress.parse(CONTAINER), IpAddress.parse("fd79:5::2"));
        weir.endpoints()
                .write(NUMBER, new EndpointRow(ifIndex, veth.inner().mac(), 300, 0, addresses));
        policy(EndpointPolicy.OPEN);
        weir.endpoints().bind(ifIndex, NUMBER);
        processes = weir.processes();
        weir.hooks().attach(ifIndex);
    }

    private void policy(final EndpointPolicy policy) {
        final int next = weir.control().revision() + 1;
        weir.endpoints().policy(NUMBER, next, policy);
        weir.control().revision(next);
        weir.control().awaitGrace();
    }

    @AfterEach
    void removeContainer() {
        processes.close();
        weir.destroy();
        container.close();
    }

    /** Of TCP and UDP; the kernels of both sides talk on their own, too. */
    private List<Told> told() {
        processes.poll(this::onRecord, Integer.MAX_VALUE);
        return told;
    }

    private void onRecord(final DirectBuffer buffer, final int at, final int length) {
        assertThat(length).isEqualTo(ProcessLayout.EVENT_LENGTH);
        final byte[] event = new byte[length];
        buffer.getBytes(at, event);
        final FlowKey key = new FlowKeyView(new UnsafeBuffer(event), 0).toKey();
        final byte[] comm = new byte[ProcessLayout.COMM_LENGTH];
        buffer.getBytes(at + ProcessLayout.COMM_OFFSET, comm);
        if (key.protocol() == TCP || key.protocol() == UDP) {
            told.add(
                    new Told(
                            key,
                            buffer.getInt(at + ProcessLayout.CREATED_OFFSET) == 0,
                            buffer.getInt(at + ProcessLayout.PID_OFFSET),
                            new String(comm, StandardCharsets.US_ASCII).replace("\0", ""),
                            ProcessVia.of(buffer.getByte(at + ProcessLayout.VIA_OFFSET))));
        }
    }

    private static ServerSocket listen(final String address) throws IOException {
        return new ServerSocket(0, 500, InetAddress.getByName(address));
    }

    private Socket connect(final ServerSocket listener) throws Exception {
        return container.call(() -> new Socket(listener.getInetAddress(), listener.getLocalPort()));
    }

    /** A shell of its own name that opens a connection and ends. */
    private Process connect(final String name, final String address, final int port)
            throws Exception {
        final Path shell = folder.resolve(name);
        if (!Files.exists(shell)) {
            Files.copy(Path.of("/bin/bash"), shell);
            Files.setPosixFilePermissions(shell, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return container.start(
                shell.toString(), "-c", "exec 3<>/dev/tcp/" + address + "/" + port + " || true");
    }

    private static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }

    private static FlowKey tcp(final int localPort, final int remotePort) {
        return new FlowKey(
                NUMBER,
                IpAddress.parse(CONTAINER),
                IpAddress.parse(HOST),
                localPort,
                remotePort,
                TCP);
    }

    @Test
    void shouldTellWhoConnectsEvenIfItIsGoneByThen() throws Exception {
        try (ServerSocket listener = listen(HOST)) {
            final Process shell = connect("first", HOST, listener.getLocalPort());
            assertThat(shell.waitFor()).isZero();
            final int port;
            try (Socket accepted = listener.accept()) {
                port = accepted.getPort();
            }

            assertThat(told())
                    .containsExactly(
                            new Told(
                                    tcp(port, listener.getLocalPort()),
                                    false,
                                    (int) shell.pid(),
                                    "first",
                                    ProcessVia.CONNECT));
        }
    }

    @Test
    void shouldTellWhoConnectsOverIpv6() throws Exception {
        try (ServerSocket listener = listen("fd79:5::1")) {
            final Process shell = connect("sixth", "fd79:5::1", listener.getLocalPort());
            assertThat(shell.waitFor()).isZero();

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo((int) shell.pid());
            assertThat(told.get(0).key().remotePort()).isEqualTo(listener.getLocalPort());
        }
    }

    @Test
    void shouldNameTheProcessNotTheThread() throws Exception {
        try (ServerSocket listener = listen(HOST);
                Socket socket = connect(listener)) {
            assertThat(socket.isConnected()).isTrue();

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo(ownPid());
            assertThat(told.get(0).comm())
                    .isEqualTo(Files.readString(Path.of("/proc/self/comm")).strip());
        }
    }

    @Test
    void shouldTellNothingOfSocketsWhosePacketsStayInside() throws Exception {
        try (ServerSocket listener =
                container.call(() -> new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1")))) {
            assertThat(connect("within", "127.0.0.1", listener.getLocalPort()).waitFor()).isZero();

            assertThat(told()).isEmpty();
        }
    }

    /** Listens, leaves the one connection to a child, and waits. */
    private static final String FORKING =
            "use Socket; socket(L, PF_INET, SOCK_STREAM, 0) or die;"
                    + "bind(L, sockaddr_in(0, inet_aton($ARGV[0]))) or die;"
                    + "listen(L, 5) or die; open(F, '>', $ARGV[1] . '.new');"
                    + "print F ((sockaddr_in(getsockname(L)))[0]); close F;"
                    + "rename($ARGV[1] . '.new', $ARGV[1]);"
                    + "my $pid = fork();"
                    + "if (!$pid) { accept(C, L); sysread(C, my $x, 1); close(C);"
                    + " open(F, '>', $ARGV[2] . '.new'); print F $$; close F;"
                    + " rename($ARGV[2] . '.new', $ARGV[2]); exit 0; }"
                    + "sleep 60";

    @Test
    void shouldTellWhoListensAndThenWhichChildHadTheConnection() throws Exception {
        final Path port = folder.resolve("port");
        final Path child = folder.resolve("child");
        final Process parent =
                container.start(
                        "perl", "-e", FORKING, CONTAINER, port.toString(), child.toString());
        Await.until(() -> Files.exists(port), "the listener");
        final int number = Integer.parseInt(Files.readString(port));
        try (Socket socket = new Socket(CONTAINER, number)) {
            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo((int) parent.pid());
            assertThat(told.get(0).via()).isEqualTo(ProcessVia.BIND);
            assertThat(told.get(0).key()).isEqualTo(tcp(number, socket.getLocalPort()));

            socket.getOutputStream().write(1);
            Await.until(() -> Files.exists(child), "the child's end");
            assertThat(told()).hasSize(2);
            assertThat(told.get(1).pid()).isEqualTo(Integer.parseInt(Files.readString(child)));
            assertThat(told.get(1).pid()).isNotEqualTo((int) parent.pid());
            assertThat(told.get(1).comm()).isEqualTo("perl");
            assertThat(told.get(1).via()).isEqualTo(ProcessVia.CLOSE);
            assertThat(told.get(1).key()).isEqualTo(told.get(0).key());
        }
    }

    @Test
    void shouldTellAtItsEndWhoseAConnectionIsThatWasOpenBefore() throws Exception {
        processes.pause(true);
        try (ServerSocket listener = listen(HOST)) {
            final Socket socket = connect(listener);
            processes.pause(false);
            assertThat(told()).isEmpty();
            socket.setSoLinger(true, 0); // else it is shut down first, which nobody tells
            socket.close();

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo(ownPid());
            assertThat(told.get(0).via()).isEqualTo(ProcessVia.CLOSE);
        }
    }

    @Test
    void shouldTellWhoWasRefused() throws Exception {
        final int port;
        try (ServerSocket listener = listen(HOST)) {
            port = listener.getLocalPort();
        }
        final Process shell = connect("refused", HOST, port);
        shell.waitFor();

        assertThat(told()).hasSize(1);
        assertThat(told.get(0).pid()).isEqualTo((int) shell.pid());
    }

    @Test
    void shouldTellWhoGetsNoAnswerWhileItStillAsks() throws Exception {
        container.run("ip", "neigh", "add", "10.79.5.9", "lladdr", NOBODY, "dev", "eth0");
        final Process shell = connect("unheard", "10.79.5.9", 80);

        Await.until(() -> !told().isEmpty(), "the SYN");
        assertThat(shell.isAlive()).isTrue();
        assertThat(told.get(0).comm()).isEqualTo("unheard");
        assertThat(told.get(0).key().remotePort()).isEqualTo(80);
    }

    @Test
    void shouldTellWhoIsDenied() throws Exception {
        policy(EndpointPolicy.CLOSED);
        final Process shell = connect("denied", HOST, 80);

        Await.until(() -> !told().isEmpty(), "the SYN");
        assertThat(shell.isAlive()).isTrue();
        assertThat(told.get(0).denied()).isTrue();
        assertThat(told.get(0).pid()).isEqualTo((int) shell.pid());
        assertThat(told.get(0).key().localPort()).isNotZero();
        assertThat(told.get(0).key().remotePort()).isEqualTo(80);
    }

    @Test
    void shouldKeepProcessesApartThatHadTheSamePid() throws Exception {
        try (ServerSocket listener = listen(HOST)) {
            final Process first = connect("earlier", HOST, listener.getLocalPort());
            assertThat(first.waitFor()).isZero();
            Process second = null;
            for (int i = 0; i < 200 && (second == null || second.pid() != first.pid()); i++) {
                Files.writeString(
                        Path.of("/proc/sys/kernel/ns_last_pid"), Long.toString(first.pid() - 1));
                second = connect("later", HOST, listener.getLocalPort());
                assertThat(second.waitFor()).isZero();
            }
            assertThat(second.pid()).as("the pid is given out again").isEqualTo(first.pid());

            assertThat(told()).filteredOn(each -> each.pid() == (int) first.pid()).hasSize(2);
            assertThat(told.get(0).comm()).isEqualTo("earlier");
            assertThat(told.get(told.size() - 1).comm()).isEqualTo("later");
        }
    }

    @Test
    void shouldTellWhoSendsDatagramsOnceAFlow() throws Exception {
        container.call(
                () -> {
                    try (DatagramSocket bound = new DatagramSocket()) {
                        for (final int port : new int[] {9, 9, 10}) {
                            bound.send(datagram(HOST, port));
                        }
                    }
                    return null;
                });

        assertThat(told()).extracting(each -> each.key().remotePort()).containsExactly(9, 10);
        assertThat(told)
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
                container.start("bash", "-c", "exec 3>/dev/udp/" + HOST + "/9; echo >&3");
        shell.waitFor();

        assertThat(told()).hasSize(1);
        assertThat(told.get(0).pid()).isEqualTo((int) shell.pid());
        assertThat(told.get(0).via()).isEqualTo(ProcessVia.SOCKET);
    }

    @Test
    void shouldTellWhoAnswersDatagrams() throws Exception {
        try (DatagramSocket server =
                        container.call(
                                () -> new DatagramSocket(new InetSocketAddress(CONTAINER, 0)));
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(HOST, 0))) {
            client.send(datagram(CONTAINER, server.getLocalPort()));
            final DatagramPacket question = new DatagramPacket(new byte[5], 5);
            server.receive(question);
            assertThat(told()).isEmpty();
            server.send(question);

            assertThat(told()).hasSize(1);
            assertThat(told.get(0).pid()).isEqualTo(ownPid());
            assertThat(told.get(0).key().remotePort()).isEqualTo(client.getLocalPort());
        }
    }

    @Test
    void shouldCountWhatFindsTheRingFull() throws Exception {
        final int room = (1 << 20) / (ProcessLayout.EVENT_LENGTH + 8);
        container.call(
                () -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        for (int i = 0; i < room + 10; i++) {
                            socket.send(datagram(HOST, 1 + i));
                        }
                    }
                    return null;
                });

        final int through = told().size();
        assertThat(through).isLessThanOrEqualTo(room).isPositive();
        assertThat(processes.lost()).isEqualTo(room + 10 - through);
    }

    /** A process that accepts nothing; its port is in the file {@code name}. */
    private Process listenWith(final int option, final int port, final String name)
            throws Exception {
        final Path ready = folder.resolve(name);
        final Process listener =
                container.start(
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
        Await.until(() -> Files.exists(ready), name);
        return listener;
    }

    private int port(final String name) throws IOException {
        return Integer.parseInt(Files.readString(folder.resolve(name)));
    }

    @Test
    void shouldNameTheListenerOfASharedPortThatGotTheConnection() throws Exception {
        final Process first = listenWith(SO_REUSEPORT, 0, "one");
        final int port = port("one");
        final Process second = listenWith(SO_REUSEPORT, port, "other");
        final List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sockets.add(new Socket(CONTAINER, port));
        }
        first.destroyForcibly().waitFor();

        // Those that the first had are reset with it; the second's stay.
        final List<Integer> seconds = new ArrayList<>();
        for (final Socket socket : sockets) {
            socket.setSoTimeout(100);
            if (isOpen(socket)) {
                seconds.add(socket.getLocalPort());
            }
        }
        assertThat(told())
                .filteredOn(each -> each.via() == ProcessVia.BIND)
                .hasSize(5)
                .allSatisfy(
                        each ->
                                assertThat((long) each.pid())
                                        .isEqualTo(
                                                seconds.contains(each.key().remotePort())
                                                        ? second.pid()
                                                        : first.pid()));
        for (final Socket socket : sockets) {
            socket.close();
        }
    }

    private static boolean isOpen(final Socket socket) {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (final SocketTimeoutException e) {
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    @Test
    void shouldForgetAListenerThatIsGone() throws Exception {
        listenWith(SO_REUSEADDR, 0, "first").destroyForcibly().waitFor();
        final int port = port("first");
        final Process two = listenWith(SO_REUSEADDR, port, "second");
        try (Socket socket = new Socket(CONTAINER, port)) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(told()).extracting(Told::pid).containsExactly((int) two.pid());
        }
    }

    @Test
    void shouldTellNothingWhilePaused() throws Exception {
        try (ServerSocket listener = listen(HOST)) {
            final Socket before = connect(listener);
            assertThat(told()).hasSize(1);
            processes.pause(true);
            assertThat(processes.programs()).isEmpty();
            assertThat(connect("unseen", HOST, listener.getLocalPort()).waitFor()).isZero();
            before.close();
            assertThat(told()).hasSize(1);

            processes.pause(false);
            assertThat(processes.programs()).hasSize(6);
            assertThat(connect("again", HOST, listener.getLocalPort()).waitFor()).isZero();
            assertThat(told()).hasSize(2);
            assertThat(told.get(1).comm()).isEqualTo("again");
        }
    }
}
