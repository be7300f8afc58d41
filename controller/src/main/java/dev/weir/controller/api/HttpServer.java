package dev.weir.controller.api;

import java.io.IOException;

/** The agent's REST server; closing it removes the socket. */
public final class HttpServer implements AutoCloseable {
    private HttpServer() {}

    /**
     * Binds and serves.
     *
     * @throws IOException when the socket is taken by a live agent or a listener is refused
     */
    public static HttpServer start(final ApiSettings settings, final ApiServices services)
            throws IOException {
        throw new IOException("the server is being built: " + settings.socket());
    }

    /** Serves no more; requests under way have two seconds to end. Twice is fine. */
    @Override
    public void close() {}
}
