package dev.weir.controller.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.document.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Asks the agent; one connection a request. Not thread-safe. */
public final class AgentClient {
    /** Longer than the agent takes for anything; a stream may take for ever. */
    private static final long ANSWER_TIMEOUT_MILLIS = 30_000;

    private final Path socket;
    private List<String> warnings = List.of();

    public AgentClient(final Path socket) {
        this.socket = socket;
    }

    /** {@code path} with its query, already encoded. */
    public JsonNode get(final String path) {
        return request("GET", path, null, null);
    }

    /**
     * Sends a request and reads all of the answer.
     *
     * @param contentType null without a body
     * @param body null for none
     * @throws AgentException if the agent cannot be reached or refuses
     */
    public JsonNode request(
            final String method, final String path, final String contentType, final JsonNode body) {
        final byte[] bytes = body == null ? null : Json.compact(body).getBytes(UTF_8);
        try (SocketChannel channel = connect();
                Deadline deadline = Deadline.start(channel, ANSWER_TIMEOUT_MILLIS)) {
            try {
                send(channel, method, path, contentType, bytes);
                final ResponseReader response = new ResponseReader(channel);
                warnings = List.copyOf(response.warnings());
                final String text = new String(readAll(response), UTF_8);
                return checked(method, path, response.status(), text);
            } catch (final IOException e) {
                throw broken(e, deadline.passed());
            }
        } catch (final IOException e) {
            throw broken(e, false);
        }
    }

    /** What the agent told beside its last answer: the request was carried out, but. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Reads a list item by item, so that a long one never lies in memory.
     *
     * @param each gets the elements of {@code items}, in order
     * @return the other members of the answer
     * @throws AgentException if the agent cannot be reached, refuses, or breaks off
     */
    public ObjectNode items(final String path, final Consumer<JsonNode> each) {
        try (SocketChannel channel = connect();
                Deadline deadline = Deadline.start(channel, ANSWER_TIMEOUT_MILLIS)) {
            try {
                send(channel, "GET", path, null, null);
                final ResponseReader response = new ResponseReader(channel);
                if (response.status() != 200) {
                    final String text = new String(readAll(response), UTF_8);
                    throw AgentException.refused("GET", path, response.status(), text);
                }
                deadline.met(); // From here on it is the reader who may be slow.
                return Json.items(response.stream(), each);
            } catch (final JsonProcessingException e) {
                throw new AgentException(
                        "the answer to GET " + path + " is no JSON: " + e.getOriginalMessage(),
                        200);
            } catch (final IOException e) {
                throw broken(e, deadline.passed());
            }
        } catch (final IOException e) {
            throw broken(e, false);
        }
    }

    /**
     * Reads an endless answer line by line until it ends or {@code more} says no.
     *
     * @param more gets each line as it comes
     * @throws AgentException if the agent cannot be reached, refuses, or breaks off
     */
    public void follow(final String path, final Predicate<String> more) {
        try (SocketChannel channel = connect()) {
            send(channel, "GET", path, null, null);
            final ResponseReader response = new ResponseReader(channel);
            if (response.status() != 200) {
                checked("GET", path, response.status(), new String(readAll(response), UTF_8));
            }
            final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
            for (int next = response.read(); next >= 0; next = response.read()) {
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                if (line.size() > 0 && !more.test(line.toString(UTF_8))) {
                    return;
                }
                line.reset();
            }
        } catch (final IOException e) {
            throw broken(e, false);
        }
    }

    /**
     * Hands over the body of an answer as it comes, bytes of any kind.
     *
     * @throws AgentException if the agent cannot be reached, refuses, or breaks off
     */
    public void read(final String path, final BodyReader reader) {
        try (SocketChannel channel = connect()) {
            send(channel, "GET", path, null, null);
            final ResponseReader response = new ResponseReader(channel);
            if (response.status() != 200) {
                checked("GET", path, response.status(), new String(readAll(response), UTF_8));
            }
            reader.read(response.stream());
        } catch (final IOException e) {
            throw broken(e, false);
        }
    }

    private SocketChannel connect() {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (final IOException e) {
            closeQuietly(channel);
            throw AgentException.unreachable(socket, why(e));
        }
    }

    private static void closeQuietly(final SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (final IOException e) {
            // The failure to connect is what is told.
        }
    }

    private String why(final IOException e) {
        if (!Files.exists(socket)) {
            return Files.isReadable(socket.toAbsolutePath().getParent())
                            || !Files.exists(socket.toAbsolutePath().getParent())
                    ? "no such file"
                    : "permission denied";
        }
        if (e instanceof AccessDeniedException || !Files.isWritable(socket)) {
            return "permission denied";
        }
        return e.getMessage() == null
                ? e.toString()
                : e.getMessage().toLowerCase(java.util.Locale.ROOT);
    }

    private static void send(
            final SocketChannel channel,
            final String method,
            final String path,
            final String contentType,
            final byte[] body)
            throws IOException {
        final StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: weir\r\n");
        head.append("User-Agent: weir\r\nAccept: application/json\r\nConnection: close\r\n");
        if (body != null) {
            head.append("Content-Type: ").append(contentType).append("\r\n");
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        writeAll(channel, head.toString().getBytes(UTF_8));
        if (body != null) {
            writeAll(channel, body);
        }
    }

    private static void writeAll(final SocketChannel channel, final byte[] bytes)
            throws IOException {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] readAll(final ResponseReader response) throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
        response.copyTo(body);
        return body.toByteArray();
    }

    private JsonNode checked(
            final String method, final String path, final int status, final String text) {
        if (status >= 200 && status < 300) {
            try {
                return text.isBlank() ? Json.object() : Json.read(text);
            } catch (final IOException e) {
                throw new AgentException(
                        "the answer to " + method + " " + path + " is no JSON: " + e.getMessage(),
                        status);
            }
        }
        throw AgentException.refused(method, path, status, text);
    }

    private AgentException broken(final IOException e, final boolean late) {
        if (late || e instanceof AsynchronousCloseException) {
            return new AgentException(
                    "the agent on "
                            + socket
                            + " did not answer within "
                            + ANSWER_TIMEOUT_MILLIS / 1000
                            + " s",
                    0);
        }
        return new AgentException(
                "the connection to the agent on " + socket + " broke: " + e.getMessage(), 0);
    }
}
