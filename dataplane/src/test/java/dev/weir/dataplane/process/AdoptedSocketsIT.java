package dev.weir.dataplane.process;

import static dev.weir.dataplane.process.ProcessContainer.CONTAINER;
import static dev.weir.dataplane.process.ProcessContainer.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets of real processes that no program saw made or bound. */
@KernelTest
class AdoptedSocketsIT {
    private static final byte[] COMM = "perl".getBytes(StandardCharsets.US_ASCII);

    /** Is told by its standard input to send a datagram; out of a raw socket it is one, too. */
    private static final String HOLDER =
            "use Socket qw(:all); my ($dir, $host, $make) = @ARGV; eval $make; die $@ if $@;"
                    + "open(F, '>', \"$dir/ready.new\"); print F fileno(S), ' ', $number; close F;"
                    + "rename(\"$dir/ready.new\", \"$dir/ready\"); <STDIN>; $then->() if $then;"
                    + "send(S, pack('n4', 7, 9, 8, 0), 0, sockaddr_in(9, inet_aton($host)));"
                    + "sleep 60;";

    private static final String LISTENER =
            "socket(S, PF_INET, SOCK_STREAM, 0) or die; bind(S, sockaddr_in(0, INADDR_ANY)) or die;"
                    + "listen(S, 5) or die; $number = (sockaddr_in(getsockname(S)))[0];";
    private static final String UNBOUND = "socket(S, PF_INET, SOCK_DGRAM, 0) or die;";

    @RegisterExtension final ProcessContainer container = new ProcessContainer();
    @TempDir Path folder;

    @BeforeEach
    void takeThePrograms() {
        container.processes().pause(true);
    }

    /** A process that has the one socket that {@code making} makes. */
    private Process start(final String making) throws Exception {
        final Process process =
                container.netns().start("perl", "-e", HOLDER, folder.toString(), HOST, making);
        Await.until(() -> Files.exists(folder.resolve("ready")), "the socket");
        return process;
    }

    private int descriptor() throws IOException {
        return Integer.parseInt(ready()[0]);
    }

    /** A port or a pid that the process wants known. */
    private int number() throws IOException {
        return Integer.parseInt(ready()[1]);
    }

    private String[] ready() throws IOException {
        return Files.readString(folder.resolve("ready")).split(" ");
    }

    private boolean adopt(final long pid) throws IOException {
        try (SocketHolder holder = SocketHolder.open((int) pid)) {
            return container.processes().adopt(holder, descriptor(), COMM);
        }
    }

    private void sendAndExpect(final Process process, final ProcessVia via) throws Exception {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        Await.until(() -> !container.told().isEmpty(), "the datagram");

        assertThat(container.told(0).pid()).isEqualTo((int) process.pid());
        assertThat(container.told(0).comm()).isEqualTo("perl");
        assertThat(container.told(0).via()).isEqualTo(via);
    }

    private boolean hasDatagrams(final Process process) throws IOException {
        try (SocketHolder holder = SocketHolder.open((int) process.pid())) {
            return holder.hasDatagrams(descriptor());
        }
    }

    @Test
    void shouldTellWhoListensAlready() throws Exception {
        final Process process = start(LISTENER);

        assertThat(adopt(process.pid())).isTrue();
        try (Socket socket = new Socket(CONTAINER, number())) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(container.told()).hasSize(1);
        }
        assertThat(container.told(0).pid()).isEqualTo((int) process.pid());
        assertThat(container.told(0).comm()).isEqualTo("perl");
        assertThat(container.told(0).via()).isEqualTo(ProcessVia.BIND);
    }

    @Test
    void shouldTellWhoHasABoundSocketForDatagrams() throws Exception {
        final Process process = start(UNBOUND + "bind(S, sockaddr_in(0, INADDR_ANY)) or die;");

        assertThat(hasDatagrams(process)).isTrue();
        assertThat(adopt(process.pid())).isTrue();
        sendAndExpect(process, ProcessVia.BIND);
    }

    @ParameterizedTest
    @ValueSource(strings = {UNBOUND, UNBOUND + "connect(S, sockaddr_in(9, inet_aton($host)));"})
    void shouldTellWhoMadeASocketForDatagrams(final String making) throws Exception {
        final Process process = start(making);

        assertThat(hasDatagrams(process)).isTrue();
        assertThat(adopt(process.pid())).isTrue();
        sendAndExpect(process, ProcessVia.SOCKET);
    }

    @Test
    void shouldTellOfARawSocketLikeTheProgramsDo() throws Exception {
        final Process process = start("socket(S, PF_INET, SOCK_RAW, 17) or die;");

        assertThat(hasDatagrams(process)).isTrue();
        assertThat(adopt(process.pid())).isTrue();
        sendAndExpect(process, ProcessVia.SOCKET);
    }

    @Test
    void shouldLeaveWhatAProgramHasWritten() throws Exception {
        container.processes().pause(false);
        final Process process =
                start(
                        UNBOUND
                                + "bind(S, sockaddr_in(0, INADDR_ANY)) or die;"
                                + "$number = fork(); if (!$number) { sleep 60; exit; }");

        assertThat(adopt(number())).as("the child's").isFalse();
        assertThat(adopt(process.pid())).isFalse();
        sendAndExpect(process, ProcessVia.BIND);
    }

    @Test
    void shouldGiveWayToWhatAProgramWritesLater() throws Exception {
        final Process process =
                start(UNBOUND + "$then = sub { bind(S, sockaddr_in(0, INADDR_ANY)) or die; };");
        assertThat(adopt(process.pid())).isTrue();
        container.processes().pause(false);

        sendAndExpect(process, ProcessVia.BIND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socket(S, PF_UNIX, SOCK_DGRAM, 0) or die;",
                "socket(S, 16, SOCK_RAW, 0) or die;",
                "socket(S, 17, SOCK_DGRAM, 0) or die;",
                "socket(S, PF_INET, SOCK_STREAM, 0) or die;",
                "socket(S, PF_INET6, SOCK_STREAM, 0) or die;",
            })
    void shouldNotTakeSocketsThatNoProgramWouldKeep(final String making) throws Exception {
        final Process process = start(making);

        assertThat(hasDatagrams(process)).isFalse();
        assertThat(adopt(process.pid())).isFalse();
    }

    @Test
    void shouldSayWhatIsGone() throws Exception {
        final Process process = start(LISTENER);
        try (SocketHolder holder = SocketHolder.open((int) process.pid())) {
            assertThatThrownBy(() -> container.processes().adopt(holder, 999, COMM))
                    .isInstanceOfSatisfying(
                            BpfException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EBADF.number()));
            process.destroyForcibly().waitFor();
            assertThatThrownBy(() -> container.processes().adopt(holder, descriptor(), COMM))
                    .isInstanceOfSatisfying(
                            BpfException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH.number()));
            assertThat(holder.hasDatagrams(descriptor())).isFalse();
        }
    }
}
