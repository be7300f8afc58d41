package dev.weir.controller.api;

import dev.weir.controller.api.http.Access;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the TCP side needs before it may listen.
 *
 * @param address resolved
 * @param tls absent: plain HTTP, on loopback only
 * @param access who may ask
 */
record TcpListener(InetSocketAddress address, Optional<SslContext> tls, Access access) {
    /** A token shorter than this can be guessed. */
    private static final int SHORTEST_TOKEN = 16;

    /**
     * Reads certificate, key and token.
     *
     * @throws IOException when the address is not loopback and one of them is missing, or a file
     *     cannot be used
     */
    static TcpListener of(final InetSocketAddress address, final ApiSettings settings)
            throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("listen: " + address + " (expected: an address that resolves)");
        }
        if (settings.tlsCertificate().isPresent() != settings.tlsKey().isPresent()) {
            throw new IOException("listen: TLS needs both the certificate and the key");
        }
        final boolean loopback = address.getAddress().isLoopbackAddress();
        if (!loopback && settings.tlsCertificate().isEmpty()) {
            throw new IOException(
                    "listen: " + address + " is not loopback (expected: TLS certificate and key)");
        }
        if (!loopback && settings.tokenFile().isEmpty()) {
            throw new IOException(
                    "listen: " + address + " is not loopback (expected: a token file)");
        }
        return new TcpListener(address, tls(settings), access(settings));
    }

    private static Optional<SslContext> tls(final ApiSettings settings) throws IOException {
        if (settings.tlsCertificate().isEmpty()) {
            return Optional.empty();
        }
        final Path certificate = settings.tlsCertificate().get();
        final Path key = settings.tlsKey().orElseThrow();
        try {
            return Optional.of(
                    SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3", "TLSv1.2")
                            .build());
        } catch (final IllegalArgumentException e) {
            final String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
            throw new IOException(
                    "listen: TLS with "
                            + certificate
                            + " and "
                            + key
                            + ": "
                            + e.getMessage()
                            + cause,
                    e);
        }
    }

    private static Access access(final ApiSettings settings) throws IOException {
        if (settings.tokenFile().isEmpty()) {
            return settings.tlsCertificate().isEmpty() ? Access.byLocalName() : Access.anyone();
        }
        final Path file = settings.tokenFile().get();
        final String token = Files.readString(file).strip();
        if (token.length() < SHORTEST_TOKEN) {
            throw new IOException(
                    "listen: token in "
                            + file
                            + " has "
                            + token.length()
                            + " characters (expected: at least "
                            + SHORTEST_TOKEN
                            + ")");
        }
        return Access.withToken(token);
    }
}
