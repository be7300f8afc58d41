package dev.weir.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that are not there, that hang, that break off, that are something else. */
class AbsentAgentTest {
    /** The contract's own bound for ADD. */
    private static final int BOUND_MILLIS = 2_000;

    private static final Path DEADLINES = Path.of("src/agent.h");

    @TempDir Path folder;
    private Path socket;
    private Path notes;

    @BeforeEach
    void place() {
        socket = folder.resolve("weir.sock");
        notes = folder.resolve("weir.sock.deletes");
    }

    private Plugin plugin(final String verb) {
        final ObjectNode config = Plugin.config("1.1.0", socket);
        config.putArray("cni.dev/valid-attachments");
        return Plugin.attachment(verb).stdin(config);
    }

    private List<Path> notes() throws IOException {
        if (!Files.exists(notes)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(notes)) {
            return files.toList();
        }
    }

    /** A socket file that nobody listens on, as a killed agent leaves it. */
    private void leaveDeadSocket() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
    }

    private void assertTryAgainLater(final Plugin.Outcome outcome) throws IOException {
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.code()).as(outcome.stdout()).isEqualTo(11);
        assertThat(outcome.msg()).contains(socket.toString());
        assertThat(outcome.nanos())
                .as("not as for an agent at work")
                .isLessThan(TimeUnit.MILLISECONDS.toNanos(deadline("AGENT_TIMEOUT_AT_WORK_MS")));
    }

    private static int deadline(final String name) throws IOException {
        final Matcher value =
                Pattern.compile("\\b" + name + " = ([0-9]+),").matcher(Files.readString(DEADLINES));
        assertThat(value.find()).as(name).isTrue();
        return Integer.parseInt(value.group(1));
    }

    /** By what it waits for: how long the rest takes is up to the machine. */
    @Test
    void shouldGiveUpAnAddAndTakeItBackInTheTimeOfTheContract() throws IOException {
        assertThat(deadline("AGENT_TIMEOUT_MS") + deadline("AGENT_TIMEOUT_UNDO_MS"))
                .isLessThan(BOUND_MILLIS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "CHECK", "GC"})
    void shouldSayTryAgainLaterWhenNobodyListens(final String verb) throws Exception {
        assertTryAgainLater(plugin(verb).run());
        leaveDeadSocket();
        assertTryAgainLater(plugin(verb).run());
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "CHECK"})
    void shouldSayTryAgainLaterWhenTheAgentHangs(final String verb) throws Exception {
        try (FakeAgent agent = FakeAgent.hanging(socket)) {
            assertTryAgainLater(plugin(verb).run());
            assertThat(agent.commands()).containsExactly(verb);
        }
    }

    @Test
    void shouldSayTryAgainLaterWhenTheAgentAcceptsNobody() throws Exception {
        final List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            full.bind(UnixDomainSocketAddress.of(socket), 1);
            for (int i = 0; i < 2; i++) {
                queue.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            }
            assertTryAgainLater(plugin("ADD").run());
        } finally {
            for (final SocketChannel waiting : queue) {
                waiting.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"cniVersion\":"
            })
    void shouldTakeBackAnAddWhoseAnswerBreaksOff(final String half) throws Exception {
        try (FakeAgent agent =
                FakeAgent.listen(
                        socket,
                        (connection, request) ->
                                FakeAgent.send(
                                        connection,
                                        request.command().equals("ADD")
                                                ? half
                                                : FakeAgent.http(200, "")))) {
            assertTryAgainLater(plugin("ADD").run());
            assertThat(agent.commands()).containsExactly("ADD", "DEL");
            assertThat(notes()).isEmpty();
        }
    }

    @Test
    void shouldStopWaitingWhenTheAnswerDripsIn() throws Exception {
        try (FakeAgent agent =
                FakeAgent.listen(
                        socket,
                        (connection, request) -> {
                            for (final String drop : FakeAgent.http(200, "{}").split("")) {
                                FakeAgent.send(connection, drop);
                                pause();
                            }
                        })) {
            assertTryAgainLater(plugin("ADD").run());
            assertThat(agent.commands()).containsExactly("ADD");
        }
    }

    @Test
    void shouldWaitLongerForAnAgentThatIsAtWork() throws Exception {
        try (FakeAgent agent =
                FakeAgent.listen(
                        socket,
                        (connection, request) -> {
                            FakeAgent.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                            for (int i = 0; i < 11; i++) {
                                pause();
                            }
                            FakeAgent.send(connection, FakeAgent.http(200, "{\"ips\":[]}"));
                        })) {
            final Plugin.Outcome outcome = plugin("ADD").run();

            assertThat(outcome.exit()).as(outcome.stdout()).isZero();
            assertThat(agent.requests().get(0).head()).contains("Expect: 100-continue");
        }
    }

    @Test
    void shouldUnderstandAnAgentAtWorkWhenThereIsNoTimeForIt() throws Exception {
        try (FakeAgent agent =
                FakeAgent.listen(
                        socket,
                        (connection, request) ->
                                FakeAgent.send(
                                        connection,
                                        "HTTP/1.1 100 Continue\r\n\r\n"
                                                + FakeAgent.http(200, "")))) {
            assertThat(plugin("STATUS").run().exit()).isZero();
            assertThat(agent.commands()).containsExactly("STATUS");
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno result",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
            })
    void shouldSayThatItDoesNotUnderstandTheAgent(final String answer) throws Exception {
        try (FakeAgent agent =
                FakeAgent.listen(
                        socket, (connection, request) -> FakeAgent.send(connection, answer))) {
            final Plugin.Outcome outcome = plugin("ADD").run();

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.code()).as(outcome.stdout()).isEqualTo(100);
            assertThat(outcome.msg()).contains(socket.toString(), "not understood");
            assertThat(agent.commands()).containsExactly("ADD", "DEL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"it failed", "{}", "{\"code\":\"7\",\"msg\":\"x\"}", "{\"code\":0}"})
    void shouldShowARefusalThatIsNoCniError(final String body) throws Exception {
        try (FakeAgent agent = FakeAgent.answering(socket, 500, body)) {
            final Plugin.Outcome outcome = plugin("CHECK").run();

            assertThat(outcome.code()).isEqualTo(100);
            assertThat(outcome.msg()).contains("HTTP status 500");
            assertThat(outcome.json().path("details").asText()).isEqualTo(body);
            assertThat(agent.commands()).containsExactly("CHECK");
        }
    }

    @Test
    void shouldPrintABigResultAndRefuseAHugeOne() throws Exception {
        final String big = "{\"a\":\"" + "x".repeat(3_000_000) + "\"}";
        try (FakeAgent agent = FakeAgent.answering(socket, 200, big)) {
            final Plugin.Outcome outcome = plugin("ADD").run();

            assertThat(outcome.exit()).isZero();
            assertThat(outcome.stdout()).isEqualTo(big);
            assertThat(agent.commands()).containsExactly("ADD");
        }
        final String huge = "{\"a\":\"" + "x".repeat(4_200_000) + "\"}";
        try (FakeAgent agent = FakeAgent.answering(socket, 200, huge)) {
            final Plugin.Outcome outcome = plugin("ADD").run();

            assertThat(outcome.code()).isEqualTo(100);
            assertThat(agent.commands()).startsWith("ADD");
        }
    }

    @Test
    void shouldSayNotAvailableWhenAskedForStatus() throws Exception {
        assertThat(plugin("STATUS").run().code()).isEqualTo(50);
        leaveDeadSocket();
        final Plugin.Outcome outcome = plugin("STATUS").run();
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.code()).isEqualTo(50);
        Files.delete(socket);
        try (FakeAgent agent = FakeAgent.hanging(socket)) {
            assertThat(plugin("STATUS").run().code()).isEqualTo(50);
            assertThat(agent.commands()).containsExactly("STATUS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {">&-", "> /dev/full"})
    void shouldTakeBackAnAddWhoseResultCannotBePrinted(final String redirection) throws Exception {
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "{}")) {
            final Plugin.Outcome outcome = plugin("ADD").redirect(redirection).run();

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.stderr()).contains("error 5", "stdout");
            assertThat(agent.commands()).containsExactly("ADD", "DEL");
        }
    }

    @Test
    void shouldNotNeedStandardDescriptors() throws Exception {
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "")) {
            final Plugin.Outcome outcome = plugin("DEL").redirect(">&-").redirect("2>&-").run();

            assertThat(outcome.exit()).isZero();
            assertThat(agent.commands()).containsExactly("DEL");
        }
    }
}
