package dev.weir.controller.app;

import static dev.weir.controller.app.ProcessNode.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.net.Socket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sockets that were there before the agent; a real one says whose they are. */
@KernelTest
class OlderSocketsIT {
    private static final int PORT = 8080;

    /**
     * Has a listener that its child has, too, and sockets for datagrams, one bound and one not. A
     * datagram goes out of the latter for each that comes to the former.
     */
    private static final String SERVER =
            "use Socket; socket(L, PF_INET, SOCK_STREAM, 0) or die;"
                    + "bind(L, sockaddr_in($ARGV[0], INADDR_ANY)) or die; listen(L, 50) or die;"
                    + "if (!fork()) { sleep 60; exit; }"
                    + "socket(B, PF_INET, SOCK_DGRAM, 0) or die;"
                    + "bind(B, sockaddr_in($ARGV[0], INADDR_ANY)) or die;"
                    + "socket(U, PF_INET, SOCK_DGRAM, 0) or die;"
                    + "open(F, '>', \"$ARGV[1]/serves\"); close F;"
                    + "while (1) { my $to = recv(B, my $x, 9, 0); send(B, $x, 0, $to);"
                    + " send(U, $x, 0, $to); }";

    @RegisterExtension private final ProcessNode node = new ProcessNode();

    private Process startServer() throws Exception {
        return node.serve(SERVER, PORT, "serves");
    }

    private void awaitSockets(final int count) throws Exception {
        Await.until(
                () -> node.figures().path("olderSockets").asInt() == count,
                count + " sockets from before");
    }

    private void connect() throws Exception {
        node.client().call(() -> new Socket(WEB, PORT)).close();
    }

    private void assertIsServer(final JsonNode process, final Process server, final String via) {
        assertThat(process.path("pid").asLong()).isEqualTo(server.pid());
        assertThat(process.path("comm").asText()).isEqualTo("perl");
        assertThat(process.path("via").asText()).isEqualTo(via);
    }

    private JsonNode awaitFlow(final String query) throws Exception {
        Await.until(() -> node.flow(query) != null, query);
        return node.flow(query);
    }

    @Test
    void shouldNameWhoListenedBeforeTheAgentAndNotItsChild() throws Exception {
        final Process server = startServer();
        node.startAgent();
        awaitSockets(3);
        connect();

        assertIsServer(
                awaitFlow("protocol=TCP&state=closing,closed&direction=ingress")
                        .at("/destination/process"),
                server,
                "bind");
    }

    @Test
    void shouldNameWhoHadSocketsForDatagramsBeforeTheAgent() throws Exception {
        final Process server = startServer();
        node.startAgent();
        awaitSockets(3);
        node.client()
                .run(
                        "bash",
                        "-c",
                        "exec 3<>/dev/udp/%s/%d; echo >&3; read -u 3".formatted(WEB, PORT));

        assertIsServer(
                awaitFlow("protocol=UDP&direction=ingress&to-port=" + PORT)
                        .at("/destination/process"),
                server,
                "bind");
        final String unbound = "protocol=UDP&direction=egress&from-container=web";
        assertIsServer(awaitFlow(unbound).at("/source/process"), server, "socket");
    }

    @Test
    void shouldNameThemAgainAfterARestartOfTheAgent() throws Exception {
        node.startAgent();
        node.agent().stop();
        final Process server = startServer();
        node.agent().start();
        awaitSockets(3);
        connect();

        assertIsServer(
                awaitFlow("protocol=TCP&direction=ingress").at("/destination/process"),
                server,
                "bind");
    }

    @Test
    void shouldLeaveToTheProgramsWhatTheySaw() throws Exception {
        node.startAgent();
        final Process server = startServer();
        node.agent().stop();
        final Process later =
                node.web()
                        .start(
                                "perl",
                                "-e",
                                "use Socket; socket(U, PF_INET, SOCK_DGRAM, 0) or die;"
                                        + "open(F, '>', \"$ARGV[0]/later\"); close F; sleep 60",
                                node.folder().toString());
        Await.until(() -> Files.exists(node.folder().resolve("later")), "a younger process");
        node.agent().start();
        awaitSockets(1); // looked at last, as the server is older
        connect();

        assertThat(later.isAlive()).isTrue();
        assertIsServer(
                awaitFlow("protocol=TCP&direction=ingress").at("/destination/process"),
                server,
                "bind");
    }

    @Test
    void shouldNotLookWhereProcessesAreOff() throws Exception {
        startServer();
        node.startAgent("--flows-processes=false");
        connect();

        assertThat(
                        awaitFlow("protocol=TCP&direction=ingress")
                                .at("/destination/process")
                                .isMissingNode())
                .isTrue();
        assertThat(node.figures().path("olderSockets").asInt()).isZero();
    }
}
