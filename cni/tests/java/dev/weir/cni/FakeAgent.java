package dev.weir.cni;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens where an agent would and answers each request with what the test has said. */
final class FakeAgent implements AutoCloseable {
    /** What the agent does with one connection after it has read the request. */
    @FunctionalInterface
    interface Behaviour {
        void answer(SocketChannel connection, Request request) throws IOException;
    }

    /** A request as received; {@code body} is its JSON. */
    record Request(String line, String head, String text, JsonNode body) {
        String command() {
            return body.path("command").asText();
        }
    }

    private final Path socket;
    private final ServerSocketChannel server;
    private final Thread thread;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> held = new CopyOnWriteArrayList<>();

    private FakeAgent(final Path socket, final Behaviour behaviour) throws IOException {
        this.socket = socket;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread = new Thread(() -> serve(behaviour), "fake-agent");
        thread.start();
    }

    static FakeAgent listen(final Path socket, final Behaviour behaviour) throws IOException {
        return new FakeAgent(socket, behaviour);
    }

    /** Always the same answer. */
    static FakeAgent answering(final Path socket, final int status, final String body)
            throws IOException {
        return listen(socket, (connection, request) -> send(connection, http(status, body)));
    }

    /** Reads the request, then says nothing and keeps the connection. */
    static FakeAgent hanging(final Path socket) throws IOException {
        return listen(socket, null);
    }

    static String http(final int status, final String body) {
        return "HTTP/1.1 "
                + status
                + " Whatever\r\ncontent-type: application/json\r\ncontent-length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body;
    }

    static void send(final SocketChannel connection, final String text) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    List<Request> requests() {
        return requests;
    }

    List<String> commands() {
        return requests.stream().map(Request::command).toList();
    }

    private void serve(final Behaviour behaviour) {
        while (true) {
            try {
                serve(server.accept(), behaviour);
            } catch (final ClosedChannelException closed) {
                return;
            } catch (final IOException hungUp) {
                // The plugin gave up: part of many tests.
            }
        }
    }

    private void serve(final SocketChannel connection, final Behaviour behaviour)
            throws IOException {
        final Request request = read(connection);
        requests.add(request);
        if (behaviour == null) {
            held.add(connection);
            return;
        }
        try (connection) {
            behaviour.answer(connection, request);
        }
    }

    private static Request read(final SocketChannel connection) throws IOException {
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final ByteBuffer chunk = ByteBuffer.allocate(65536);
        while (true) {
            final String text = received.toString(StandardCharsets.UTF_8);
            final int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                final String head = text.substring(0, end);
                final int length =
                        Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                final String body = text.substring(end + 4);
                if (body.getBytes(StandardCharsets.UTF_8).length == length) {
                    final String line = head.substring(0, head.indexOf("\r\n"));
                    return new Request(line, head, body, Plugin.JSON.readTree(body));
                }
            }
            chunk.clear();
            final int got = connection.read(chunk);
            if (got < 0) {
                throw new IOException("request ended early: " + text);
            }
            received.write(chunk.array(), 0, got);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            thread.join();
            for (final SocketChannel connection : held) {
                connection.close();
            }
            Files.deleteIfExists(socket);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
