package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Processes in two containers and on the node talk to each other; a real agent says who they are.
 */
@KernelTest
class ProcessIT {
    private static final String WEB = ProcessNode.WEB;
    private static final int PORT = 8080;

    /** Listens, and leaves each connection to a child; the n-th child's pid is in a file. */
    private static final String FORKING_SERVER =
            "use Socket; $SIG{CHLD} = 'IGNORE'; socket(L, PF_INET, SOCK_STREAM, 0) or die;"
                    + "setsockopt(L, SOL_SOCKET, SO_REUSEADDR, 1);"
                    + "bind(L, sockaddr_in($ARGV[0], INADDR_ANY)) or die; listen(L, 50) or die;"
                    + "open(F, '>', \"$ARGV[1]/listens\"); close F;"
                    + "for (my $n = 0;; $n++) { accept(C, L) or next;"
                    + " if (fork()) { close C; next; }"
                    + " open(F, '>', \"$ARGV[1]/child$n.new\"); print F $$; close F;"
                    + " rename(\"$ARGV[1]/child$n.new\", \"$ARGV[1]/child$n\");"
                    + " sysread(C, my $x, 1); exit 0; }";

    @RegisterExtension private final ProcessNode node = new ProcessNode();

    private Process server;

    private void startServer() throws Exception {
        server = node.serve(FORKING_SERVER, PORT, "listens");
    }

    private static Process shell(final Netns where, final String to) throws Exception {
        final Process shell =
                where.start("bash", "-c", "exec 3<>/dev/tcp/" + to + " || exit 3; echo >&3");
        shell.waitFor();
        return shell;
    }

    private String child(final int number) throws Exception {
        final Path file = node.folder().resolve("child" + number);
        Await.until(() -> Files.exists(file), "the child");
        return Files.readString(file);
    }

    /** It comes on another way than the flow, and may come later. */
    private static boolean isClosedByItsProcess(final JsonNode flow) {
        return flow != null && flow.at("/destination/process/via").asText().equals("close");
    }

    @Test
    void shouldNameTheProcessesAtBothEndsThoughTheyAreGone() throws Exception {
        node.startAgent();
        startServer();
        final Process shell = shell(node.client(), WEB + "/" + PORT);
        final String child = child(0);
        Await.until(
                () ->
                        isClosedByItsProcess(flow("state=closed&direction=egress"))
                                && isClosedByItsProcess(flow("state=closed&direction=ingress")),
                "the end of the connection, and who closed it");

        for (final String side : List.of("ingress", "egress")) {
            final JsonNode flow = flow("state=closed&direction=" + side);
            assertThat(flow.at("/source/process/pid").asLong()).isEqualTo(shell.pid());
            assertThat(flow.at("/source/process/comm").asText()).isEqualTo("bash");
            assertThat(flow.at("/source/process/via").asText()).isEqualTo("connect");
            assertThat(flow.at("/source/netns").asLong()).isEqualTo(inode(node.client()));
            assertThat(flow.at("/destination/process/pid").asText()).isEqualTo(child);
            assertThat(flow.at("/destination/process/comm").asText()).isEqualTo("perl");
            assertThat(flow.at("/destination/process/via").asText()).isEqualTo("close");
            assertThat(flow.at("/destination/netns").asLong()).isEqualTo(inode(node.web()));
        }
        assertThat(lost()).isZero();
    }

    @Test
    void shouldNameTheListenerWhileAConnectionIsOpen() throws Exception {
        node.startAgent();
        startServer();
        try (Socket socket = node.client().call(() -> new Socket(WEB, PORT))) {
            Await.until(() -> flow("from-port=" + socket.getLocalPort()) != null, "the connection");

            final JsonNode process =
                    flow("direction=ingress&from-port=" + socket.getLocalPort())
                            .at("/destination/process");
            assertThat(process.path("pid").asLong()).isEqualTo(server.pid());
            assertThat(process.path("via").asText()).isEqualTo("bind");
        }
    }

    /** Answers one datagram. */
    private static final String ECHO =
            "use Socket; socket(S, PF_INET, SOCK_DGRAM, 0) or die;"
                    + "bind(S, sockaddr_in($ARGV[0], INADDR_ANY)) or die;"
                    + "open(F, '>', \"$ARGV[1]/echoes\"); close F;"
                    + "my $to = recv(S, my $x, 9, 0); send(S, $x, 0, $to);";

    @Test
    void shouldNameBothEndsOfDatagrams() throws Exception {
        node.startAgent();
        server = node.serve(ECHO, PORT, "echoes");
        final Process shell =
                node.client()
                        .start(
                                "bash",
                                "-c",
                                "exec 3<>/dev/udp/%s/%d; echo >&3; read -u 3".formatted(WEB, PORT));
        assertThat(shell.waitFor()).isZero();
        Await.until(() -> datagrams("ingress") != null, "the flow");

        for (final String side : List.of("ingress", "egress")) {
            final JsonNode flow = datagrams(side);
            assertThat(flow.at("/source/process/pid").asLong()).isEqualTo(shell.pid());
            assertThat(flow.at("/source/process/via").asText()).isEqualTo("socket");
            assertThat(flow.at("/destination/process/pid").asLong()).isEqualTo(server.pid());
            assertThat(flow.at("/destination/process/via").asText()).isEqualTo("bind");
        }
    }

    private JsonNode datagrams(final String side) throws IOException {
        return node.flow("protocol=UDP&port=" + PORT + "&direction=" + side);
    }

    @Test
    void shouldLeaveOutTheProcessesOfTheHost() throws Exception {
        node.startAgent();
        startServer();
        shell(node.node(), WEB + "/" + PORT);
        child(0);
        Await.until(() -> flow("state=closed") != null, "the end of the connection");

        final JsonNode flow = flow("state=closed");
        assertThat(flow.at("/source/entity").asText()).isEqualTo("host");
        assertThat(flow.at("/source/process").isMissingNode()).isTrue();
        assertThat(flow.at("/destination/process/via").asText()).isEqualTo("close");
        assertThat(node.figures().path("joined").asLong()).as("the server's two").isEqualTo(2);
    }

    @Test
    void shouldNameWhoIsDenied() throws Exception {
        node.startAgent();
        assertThat(
                        node.agent()
                                .call(
                                        "POST",
                                        "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
                                        """
                                        apiVersion: networking.k8s.io/v1
                                        kind: NetworkPolicy
                                        metadata: {name: shut, namespace: default}
                                        spec:
                                          podSelector: {matchLabels: {app: client}}
                                          policyTypes: [Egress]
                                        """)
                                .code())
                .isEqualTo(201);
        final Process shell =
                node.client().start("bash", "-c", "exec 3<>/dev/tcp/" + WEB + "/" + PORT);
        Await.until(
                () -> {
                    final JsonNode flow = flow("verdict=denied");
                    return flow != null && flow.at("/source/process").isObject();
                },
                "the SYN that is sent again");

        final JsonNode process = flow("verdict=denied").at("/source/process");
        assertThat(process.path("pid").asLong()).isEqualTo(shell.pid());
        assertThat(process.path("comm").asText()).isEqualTo("bash");
        assertThat(shell.isAlive()).isTrue();
    }

    @Test
    void shouldNameAtItsEndWhoseConnectionWasOpenBeforeTheAgent() throws Exception {
        startServer();
        final Path connected = node.folder().resolve("connected");
        final Process before =
                node.client()
                        .start(
                                "bash",
                                "-c",
                                "exec 3<>/dev/tcp/%s/%d; touch %s; exec sleep 60"
                                        .formatted(WEB, PORT, connected));
        Await.until(() -> Files.exists(connected), "the connection");
        node.startAgent();
        final JsonNode open = flow("direction=egress");
        before.destroy();
        final String child = child(0);
        Await.until(() -> flow("state=closed&direction=ingress") != null, "its end");

        assertThat(open == null || open.at("/source/process").isMissingNode()).isTrue();
        final JsonNode flow = flow("state=closed&direction=ingress");
        assertThat(flow.at("/source/process/pid").asLong()).isEqualTo(before.pid());
        assertThat(flow.at("/source/process/via").asText()).isEqualTo("close");
        assertThat(flow.at("/destination/process/pid").asText()).isEqualTo(child);
    }

    @Test
    void shouldLoadNothingWhereItIsOff() throws Exception {
        node.startAgent("--flows-processes=false");
        startServer();
        shell(node.client(), WEB + "/" + PORT);
        child(0);
        Await.until(() -> flow("state=closed&direction=egress") != null, "the connection");

        assertThat(flow("state=closed&direction=egress").at("/source/process").isMissingNode())
                .isTrue();
        assertThat(node.figures().path("state").asText()).isEqualTo("off");
        final JsonNode status = node.status();
        assertThat(status.path("programs").toString()).doesNotContain("weir_process");
    }

    private static long inode(final Netns netns) {
        try (var open = netns.open()) {
            return open.inode();
        }
    }

    /** The first one of TCP; null if there is none. */
    private JsonNode flow(final String query) throws IOException {
        return node.flow("protocol=TCP&" + query);
    }

    private long lost() throws IOException {
        return node.status().at("/lost/processEvents").asLong();
    }
}
