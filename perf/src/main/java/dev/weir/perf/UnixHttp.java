package dev.weir.perf;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One HTTP/1.1 connection that is kept; answers have a Content-Length. */
final class UnixHttp implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private final SocketChannel channel;
    private final ByteBuffer answer = ByteBuffer.allocate(1 << 20);

    UnixHttp(final Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /**
     * Sends and waits for the whole answer.
     *
     * @return its length
     * @throws IOException if it is no success
     */
    int exchange(final String method, final String path, final String body) throws IOException {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        final String head =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: weir\r\nContent-Type: application/json\r\nContent-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        write(ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8)));
        answer.clear();
        int end;
        do {
            if (channel.read(answer) < 0) {
                throw new EOFException(method + " " + path);
            }
            end = end();
        } while (end < 0 || answer.position() < end);
        final String text = new String(answer.array(), 0, end, StandardCharsets.UTF_8);
        if (!text.startsWith("HTTP/1.1 2")) {
            throw new IOException(method + " " + path + ": " + text);
        }
        return end;
    }

    private void write(final ByteBuffer request) throws IOException {
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    /** Where the answer ends; -1 while its head is not there. */
    private int end() {
        final String text =
                new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
        final int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return -1;
        }
        final Matcher length = LENGTH.matcher(text.substring(0, head + 2));
        return head + 4 + (length.find() ? Integer.parseInt(length.group(1)) : 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
