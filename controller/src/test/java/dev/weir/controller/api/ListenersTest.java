package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the server listens, and whom it lets in. */
class ListenersTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir Path directory;
    private TestAgent agent;

    @BeforeEach
    void makeAgent() {
        agent = new TestAgent(directory);
    }

    @AfterEach
    void closeAgent() {
        agent.close();
    }

    @Test
    void shouldLetOnlyOwnerAndGroupUseTheSocket() throws IOException {
        agent.start();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.socket)))
                .isEqualTo("rw-rw----");
    }

    @Test
    void shouldReplaceASocketThatNobodyServes() throws IOException {
        try (var dead =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(java.net.UnixDomainSocketAddress.of(agent.socket));
        }
        assertThat(agent.socket).exists();

        agent.start();

        try (HttpOverUnix http = agent.connect()) {
            assertThat(http.get("/healthz").code()).isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseASocketThatIsServed() throws IOException {
        agent.start();
        try (TestAgent second = new TestAgent(directory)) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another agent serves it");
        }

        try (HttpOverUnix http = agent.connect()) {
            assertThat(http.get("/healthz").code()).as("the first goes on").isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseASocketThatAnotherProgramServes() throws IOException {
        try (var other =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            other.bind(java.net.UnixDomainSocketAddress.of(agent.socket));

            assertThatThrownBy(agent::start).hasMessageContaining("another agent serves it");
            assertThat(agent.socket).exists();
        }
    }

    @Test
    void shouldLeaveWhatIsNoSocket() throws IOException {
        Files.writeString(agent.socket, "precious");

        assertThatThrownBy(agent::start).hasMessageContaining("no socket");

        assertThat(agent.socket).hasContent("precious");
    }

    @Test
    void shouldRefuseAPathThatIsTooLong() {
        final Path deep = directory.resolve("x".repeat(90));

        assertThatThrownBy(() -> new TestAgent(deep).start()).hasMessageContaining("bytes long");
    }

    @Test
    void shouldServeAgainWhenClosedAndStarted() throws IOException {
        agent.start();
        agent.server().close();
        agent.server().close();
        assertThat(agent.socket).doesNotExist();

        agent.start();

        try (HttpOverUnix http = agent.connect()) {
            assertThat(http.get("/healthz").code()).isEqualTo(200);
        }
    }

    @Test
    void shouldServeLoopbackWithoutMore() throws Exception {
        agent.start(tcp("127.0.0.1", Optional.empty(), Optional.empty()));

        assertThat(ask(HttpClient.newHttpClient(), "http", "").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LocalHost:9443, 200",
        "127.0.0.1:80, 200",
        "[::1]:9443, 200",
        "weir.example.org, 403",
        "localhost.example.org:80, 403",
        "127.0.0.1.example.org, 403",
    })
    void shouldServeLoopbackWithoutATokenOnlyByItsOwnNames(final String host, final int code)
            throws Exception {
        agent.start(tcp("127.0.0.1", Optional.empty(), Optional.empty()));
        final InetSocketAddress address = agent.server().tcpAddress().orElseThrow();

        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write(
                            ("GET /healthz HTTP/1.1\r\nHost: "
                                            + host
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8));
            final String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 " + code + " ");
            assertThat(answer.contains("\"reason\":\"Forbidden\"")).isEqualTo(code == 403);
        }
    }

    @Test
    void shouldRefuseOtherAddressesWithoutTlsAndToken() throws Exception {
        final Pem pem = pem();
        assertThatThrownBy(
                        () -> agent.start(tcp("0.0.0.0", Optional.empty(), Optional.of(token()))))
                .hasMessageContaining("TLS");
        assertThatThrownBy(() -> agent.start(tcp("0.0.0.0", Optional.of(pem), Optional.empty())))
                .hasMessageContaining("token");
        assertThat(agent.socket).doesNotExist();
    }

    @Test
    void shouldRefuseATokenThatCanBeGuessed() throws IOException {
        final Path file = Files.writeString(directory.resolve("token"), "short\n");

        assertThatThrownBy(() -> agent.start(tcp("127.0.0.1", Optional.empty(), Optional.of(file))))
                .hasMessageContaining("characters");
    }

    @Test
    void shouldSayWhichFileTlsCannotUse() throws IOException {
        final Path junk = Files.writeString(directory.resolve("junk.pem"), "junk");

        assertThatThrownBy(
                        () ->
                                agent.start(
                                        tcp(
                                                "127.0.0.1",
                                                Optional.of(new Pem(junk, junk, null)),
                                                Optional.empty())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("junk.pem");
    }

    @Test
    void shouldServeTlsToWhoHasTheToken() throws Exception {
        final Pem pem = pem();
        agent.start(tcp("127.0.0.1", Optional.of(pem), Optional.of(token())));
        final HttpClient client = HttpClient.newBuilder().sslContext(pem.trust()).build();

        assertThat(ask(client, "https", TOKEN).statusCode()).isEqualTo(200);
        final HttpResponse<String> refused = ask(client, "https", "fedcba9876543210");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("\"reason\":\"Unauthorized\"");
        assertThat(refused.headers().firstValue("www-authenticate")).isPresent();
        assertThat(ask(client, "https", "").statusCode()).isEqualTo(401);
        try (HttpOverUnix http = agent.connect()) {
            assertThat(http.get("/healthz").code()).as("the socket needs none").isEqualTo(200);
        }
    }

    private HttpResponse<String> ask(
            final HttpClient client, final String scheme, final String token) throws Exception {
        final int port = agent.server().tcpAddress().orElseThrow().getPort();
        final HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        URI.create(scheme + "://localhost:" + port + "/v1/endpoints"));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private ApiSettings tcp(
            final String host, final Optional<Pem> pem, final Optional<Path> token) {
        final ApiSettings base = agent.settings();
        return new ApiSettings(
                base.socket(),
                Optional.of(new InetSocketAddress(host, 0)),
                pem.map(Pem::certificate),
                pem.map(Pem::key),
                token,
                base.bodyLimit(),
                base.requestTimeout(),
                base.answerTimeout(),
                base.idleTimeout());
    }

    private Path token() throws IOException {
        return Files.writeString(directory.resolve("token"), TOKEN + "\n");
    }

    private record Pem(Path certificate, Path key, SSLContext trust) {}

    /** A certificate for localhost, made by the JDK's keytool. */
    private Pem pem() throws Exception {
        final Path store = directory.resolve("store.p12");
        final Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "weir",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "secret")
                        .redirectErrorStream(true)
                        .start();
        final String output = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(output).isZero();
        final KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        final Certificate certificate = keys.getCertificate("weir");
        final KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("weir", certificate);
        final TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new Pem(
                write("cert.pem", "CERTIFICATE", certificate.getEncoded()),
                write(
                        "key.pem",
                        "PRIVATE KEY",
                        keys.getKey("weir", "secret".toCharArray()).getEncoded()),
                context);
    }

    private Path write(final String file, final String label, final byte[] content)
            throws IOException {
        return Files.writeString(
                directory.resolve(file),
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + Base64.getMimeEncoder().encodeToString(content)
                        + "\n-----END "
                        + label
                        + "-----\n");
    }
}
