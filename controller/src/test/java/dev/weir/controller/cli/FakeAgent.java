package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real HTTP/1.1 server on a Unix socket that gives the answers it was told and keeps what came.
 */
final class FakeAgent implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Thread thread = new Thread(this::serve, "fake-agent");
    private final Path socket;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    FakeAgent(final Path socket) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread.setDaemon(true);
        thread.start();
    }

    Path socket() {
        return socket;
    }

    /** Answers {@code GET /x} with one piece of a known length. */
    FakeAgent on(final String request, final int status, final String body) {
        return raw(
                request,
                "HTTP/1.1 "
                        + status
                        + " Whatever\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.getBytes(UTF_8).length
                        + "\r\n\r\n"
                        + body);
    }

    /** Answers in chunks, as Netty does for a long or an endless answer. */
    FakeAgent inChunks(final String request, final String... chunks) {
        final StringBuilder text =
                new StringBuilder("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for (final String chunk : chunks) {
            text.append(Integer.toHexString(chunk.getBytes(UTF_8).length)).append(";x=y\r\n");
            text.append(chunk).append("\r\n");
        }
        return raw(request, text.append("0\r\nTrailer: t\r\n\r\n").toString());
    }

    FakeAgent raw(final String request, final String response) {
        answers.put(request, response);
        return this;
    }

    /** What came: {@code METHOD path}, and after a blank the body where there was one. */
    List<String> requests() {
        return requests;
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(Channels.newInputStream(client), Channels.newOutputStream(client));
                }
            }
        } catch (final IOException e) {
            // Closed: the test is over.
        }
    }

    private void answer(final InputStream in, final OutputStream out) throws IOException {
        final String requestLine = line(in);
        int length = 0;
        String type = "";
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.startsWith("Content-Length: ")) {
                length = Integer.parseInt(header.substring(16));
            } else if (header.startsWith("Content-Type: ")) {
                type = header.substring(14);
            }
        }
        final String body = new String(in.readNBytes(length), UTF_8);
        final String request = requestLine.replace(" HTTP/1.1", "");
        requests.add(type.isEmpty() ? request : request + " " + type + " " + body);
        final String answer =
                answers.getOrDefault(request, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
        out.write(answer.getBytes(UTF_8));
    }

    private static String line(final InputStream in) throws IOException {
        final StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** The socket listens until the thread has left it. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
