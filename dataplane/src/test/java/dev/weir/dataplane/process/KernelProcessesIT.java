package dev.weir.dataplane.process;

import static dev.weir.dataplane.process.ProcessContainer.CONTAINER;
import static dev.weir.dataplane.process.ProcessContainer.HOST;
import static dev.weir.dataplane.process.ProcessContainer.ownPid;
import static dev.weir.dataplane.process.ProcessContainer.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.process.ProcessContainer.Told;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in a container and on its host, and their connections. */
@KernelTest
class KernelProcessesIT {
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final String NOBODY = "02:00:00:00:00:09";

    @RegisterExtension final ProcessContainer container = new ProcessContainer();
    @TempDir Path folder;

    private static ServerSocket listen(final String address) throws IOException {
        return new ServerSocket(0, 500, InetAddress.getByName(address));
    }

    private Socket connect(final ServerSocket listener) throws Exception {
        return container
                .netns()
                .call(() -> new Socket(listener.getInetAddress(), listener.getLocalPort()));
    }

    /** A shell of its own name that opens a connection and ends. */
    private Process connect(final String name, final String address, final int port)
            throws Exception {
        final Path shell = folder.resolve(name);
        if (!Files.exists(shell)) {
            Files.copy(Path.of("/bin/bash"), shell);
            Files.setPosixFilePermissions(shell, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return container
                .netns()
                .start(
                        shell.toString(),
                        "-c",
                        "exec 3<>/dev/tcp/" + address + "/" + port + " || true");
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

            assertThat(container.told())
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

            assertThat(container.told()).hasSize(1);
            assertThat(container.told(0).pid()).isEqualTo((int) shell.pid());
            assertThat(container.told(0).key().remotePort()).isEqualTo(listener.getLocalPort());
        }
    }

    @Test
    void shouldNameTheProcessNotTheThread() throws Exception {
        try (ServerSocket listener = listen(HOST);
                Socket socket = connect(listener)) {
            assertThat(socket.isConnected()).isTrue();

            assertThat(container.told()).hasSize(1);
            assertThat(container.told(0).pid()).isEqualTo(ownPid());
            assertThat(container.told(0).comm())
                    .isEqualTo(Files.readString(Path.of("/proc/self/comm")).strip());
        }
    }

    @Test
    void shouldTellNothingOfSocketsWhosePacketsStayInside() throws Exception {
        try (ServerSocket listener =
                container
                        .netns()
                        .call(() -> new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1")))) {
            assertThat(connect("within", "127.0.0.1", listener.getLocalPort()).waitFor()).isZero();

            assertThat(container.told()).isEmpty();
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
                container
                        .netns()
                        .start("perl", "-e", FORKING, CONTAINER, port.toString(), child.toString());
        Await.until(() -> Files.exists(port), "the listener");
        final int number = Integer.parseInt(Files.readString(port));
        try (Socket socket = new Socket(CONTAINER, number)) {
            assertThat(container.told()).hasSize(1);
            assertThat(container.told(0).pid()).isEqualTo((int) parent.pid());
            assertThat(container.told(0).via()).isEqualTo(ProcessVia.BIND);
            assertThat(container.told(0).key()).isEqualTo(tcp(number, socket.getLocalPort()));

            socket.getOutputStream().write(1);
            Await.until(() -> Files.exists(child), "the child's end");
            assertThat(container.told()).hasSize(2);
            assertThat(container.told(1).pid())
                    .isEqualTo(Integer.parseInt(Files.readString(child)));
            assertThat(container.told(1).pid()).isNotEqualTo((int) parent.pid());
            assertThat(container.told(1).comm()).isEqualTo("perl");
            assertThat(container.told(1).via()).isEqualTo(ProcessVia.CLOSE);
            assertThat(container.told(1).key()).isEqualTo(container.told(0).key());
        }
    }

    @Test
    void shouldTellAtItsEndWhoseAConnectionIsThatWasOpenBefore() throws Exception {
        container.processes().pause(true);
        try (ServerSocket listener = listen(HOST)) {
            final Socket socket = connect(listener);
            container.processes().pause(false);
            assertThat(container.told()).isEmpty();
            socket.setSoLinger(true, 0); // else it is shut down first, which nobody tells
            socket.close();

            assertThat(container.told()).hasSize(1);
            assertThat(container.told(0).pid()).isEqualTo(ownPid());
            assertThat(container.told(0).via()).isEqualTo(ProcessVia.CLOSE);
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

        assertThat(container.told()).hasSize(1);
        assertThat(container.told(0).pid()).isEqualTo((int) shell.pid());
    }

    @Test
    void shouldTellWhoGetsNoAnswerWhileItStillAsks() throws Exception {
        container.netns().run("ip", "neigh", "add", "10.79.5.9", "lladdr", NOBODY, "dev", "eth0");
        final Process shell = connect("unheard", "10.79.5.9", 80);

        Await.until(() -> !container.told().isEmpty(), "the SYN");
        assertThat(shell.isAlive()).isTrue();
        assertThat(container.told(0).comm()).isEqualTo("unheard");
        assertThat(container.told(0).key().remotePort()).isEqualTo(80);
    }

    @Test
    void shouldTellWhoIsDenied() throws Exception {
        container.policy(EndpointPolicy.CLOSED);
        final Process shell = connect("denied", HOST, 80);

        Await.until(() -> !container.told().isEmpty(), "the SYN");
        assertThat(shell.isAlive()).isTrue();
        assertThat(container.told(0).denied()).isTrue();
        assertThat(container.told(0).pid()).isEqualTo((int) shell.pid());
        assertThat(container.told(0).key().localPort()).isNotZero();
        assertThat(container.told(0).key().remotePort()).isEqualTo(80);
    }

    @Test
    void shouldKeepProcessesApartThatHadTheSamePid() throws Exception {
        try (ServerSocket listener = listen(HOST)) {
            final Process first = connect("earlier", HOST, listener.getLocalPort());
            assertThat(first.waitFor()).isZero();
            // Each CPU has a log of its own: what was told first is read first only if read now.
            assertThat(container.told()).hasSize(1);
            Process second = null;
            for (int i = 0; i < 200 && (second == null || second.pid() != first.pid()); i++) {
                Files.writeString(
                        Path.of("/proc/sys/kernel/ns_last_pid"), Long.toString(first.pid() - 1));
                second = connect("later", HOST, listener.getLocalPort());
                assertThat(second.waitFor()).isZero();
            }
            assertThat(second.pid()).as("the pid is given out again").isEqualTo(first.pid());

            assertThat(container.told())
                    .filteredOn(each -> each.pid() == (int) first.pid())
                    .hasSize(2);
            assertThat(container.told(0).comm()).isEqualTo("earlier");
            assertThat(container.told(container.told().size() - 1).comm()).isEqualTo("later");
        }
    }

    /** A process that accepts nothing; its port is in the file {@code name}. */
    private Process listenWith(final int option, final int port, final String name)
            throws Exception {
        final Path ready = folder.resolve(name);
        final Process listener =
                container
                        .netns()
                        .start(
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
        assertThat(container.told())
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
            assertThat(container.told()).extracting(Told::pid).containsExactly((int) two.pid());
        }
    }

    @Test
    void shouldTellNothingWhilePaused() throws Exception {
        try (ServerSocket listener = listen(HOST)) {
            final Socket before = connect(listener);
            assertThat(container.told()).hasSize(1);
            container.processes().pause(true);
            assertThat(container.processes().programs()).isEmpty();
            assertThat(connect("unseen", HOST, listener.getLocalPort()).waitFor()).isZero();
            before.close();
            assertThat(container.told()).hasSize(1);

            container.processes().pause(false);
            assertThat(container.processes().programs()).hasSize(6);
            assertThat(connect("again", HOST, listener.getLocalPort()).waitFor()).isZero();
            assertThat(container.told()).hasSize(2);
            assertThat(container.told(1).comm()).isEqualTo("again");
        }
    }
}
