package dev.weir.controller.api;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the server listens and what it bears with.
 *
 * @param socket path of the Unix socket, at most 100 bytes
 * @param listen TCP address; empty is no TCP. One that is not loopback needs TLS and a token
 * @param tlsCertificate PEM chain; together with {@code tlsKey}
 * @param tlsKey PEM, PKCS #8, without a passphrase
 * @param tokenFile one line; when given, each TCP request must carry it as a bearer token
 * @param bodyLimit in bytes; a larger request body is answered with 413
 * @param requestTimeout from a request's first byte to its last; slower ones are answered with 408
 * @param answerTimeout from there to the answer; later ones are answered with 504
 * @param idleTimeout how long a connection may stay open without a request
 */
public record ApiSettings(
        Path socket,
        Optional<InetSocketAddress> listen,
        Optional<Path> tlsCertificate,
        Optional<Path> tlsKey,
        Optional<Path> tokenFile,
        int bodyLimit,
        Duration requestTimeout,
        Duration answerTimeout,
        Duration idleTimeout) {
    /** Unix socket only, 3 MiB bodies (as the Kubernetes API server), 10 s, 30 s, 5 min. */
    public static ApiSettings onSocket(final Path socket) {
        return new ApiSettings(
                socket,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                3 << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5));
    }
}
