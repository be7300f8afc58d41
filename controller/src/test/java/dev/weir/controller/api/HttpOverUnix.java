package dev.weir.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 connection over a Unix socket, as plain as it gets: what is sent is what is said.
 */
final class HttpOverUnix implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private HttpOverUnix(final SocketChannel channel) {
        this.channel = channel;
        this.in = Channels.newInputStream(channel);
        this.out = Channels.newOutputStream(channel);
    }

    static HttpOverUnix connect(final Path socket) throws IOException {
        final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new HttpOverUnix(channel);
    }

    /**
     * An answer.
     *
     * @param headers names in lower case
     */
    record Answer(int code, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        String header(final String name) {
            return headers.getOrDefault(name, "");
        }
    }

    Answer get(final String path) throws IOException {
        return send("GET", path, Map.of(), new byte[0]);
    }

    Answer send(final String method, final String path, final String type, final String body)
            throws IOException {
        return send(
                method, path, Map.of("Content-Type", type), body.getBytes(StandardCharsets.UTF_8));
    }

    Answer send(
            final String method,
            final String path,
            final Map<String, String> headers,
            final byte[] body)
            throws IOException {
        write(head(method, path, headers, body.length).getBytes(StandardCharsets.UTF_8));
        write(body);
        return read(method.equals("HEAD"));
    }

    static String head(
            final String method,
            final String path,
            final Map<String, String> headers,
            final int length) {
        final StringBuilder head =
                new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: weir\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
    }

    void write(final byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void write(final String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next answer; {@code head} of a HEAD request, which has no body. */
    Answer read(final boolean head) throws IOException {
        final Answer start = readHead();
        if (head || start.code() == 100) {
            return start;
        }
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (start.header("transfer-encoding").equals("chunked")) {
            for (byte[] chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
                body.writeBytes(chunk);
            }
        } else {
            body.writeBytes(exactly(Integer.parseInt(start.header("content-length"))));
        }
        return new Answer(start.code(), start.headers(), body.toByteArray());
    }

    Answer readHead() throws IOException {
        final String status = line();
        final Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            final int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
        return new Answer(Integer.parseInt(status.split(" ")[1]), headers, new byte[0]);
    }

    /** One chunk of a streamed answer; empty at its end. */
    byte[] readChunk() throws IOException {
        final byte[] chunk = exactly(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    /** True when the server has closed the connection. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (final IOException e) {
            return true; // A reset is a close, too.
        }
    }

    private byte[] exactly(final int length) throws IOException {
        final byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("in a line: " + line);
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
