package dev.weir.controller.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP/1.1 response: status and headers when made, then the body with its framing taken off.
 */
final class ResponseReader {
    private static final int HEADER_LIMIT = 64 * 1024;
    private static final String WARNING = "299 - \"";
    private static final long UNTIL_CLOSED = Long.MAX_VALUE;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();
    private final int status;
    private final List<String> warnings = new ArrayList<>();
    private boolean chunked;
    private long left = UNTIL_CLOSED;
    private boolean ended;

    ResponseReader(final ReadableByteChannel channel) throws IOException {
        this.channel = channel;
        this.status = readHead();
    }

    int status() {
        return status;
    }

    /** The texts of its {@code Warning} headers. */
    List<String> warnings() {
        return warnings;
    }

    /** The next byte of the body, -1 after the last. */
    int read() throws IOException {
        if (left == 0 && chunked && !ended) {
            endChunk();
            startChunk();
        }
        if (ended || left == 0) {
            return -1;
        }
        if (!buffer.hasRemaining() && !fill()) {
            if (left != UNTIL_CLOSED) {
                throw new EOFException("it ended in the middle of an answer");
            }
            return -1;
        }
        if (left != UNTIL_CLOSED) {
            left--;
        }
        return buffer.get() & 0xff;
    }

    /** The body from here on. */
    InputStream stream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return ResponseReader.this.read();
            }

            @Override
            public int read(final byte[] into, final int offset, final int length)
                    throws IOException {
                int count = 0;
                while (count < length) {
                    final int next = ResponseReader.this.read();
                    if (next < 0) {
                        return count == 0 ? -1 : count;
                    }
                    into[offset + count++] = (byte) next;
                    if (!buffer.hasRemaining()) {
                        return count; // What has come is given, what has not is not waited for.
                    }
                }
                return count;
            }
        };
    }

    void copyTo(final ByteArrayOutputStream out) throws IOException {
        for (int next = read(); next >= 0; next = read()) {
            out.write(next);
            if (buffer.hasRemaining() && left > 0) {
                final int length = (int) Math.min(left, buffer.remaining());
                out.write(buffer.array(), buffer.position(), length);
                buffer.position(buffer.position() + length);
                left -= left == UNTIL_CLOSED ? 0 : length;
            }
        }
    }

    private int readHead() throws IOException {
        final String statusLine = line();
        if (!statusLine.startsWith("HTTP/1.") || statusLine.length() < 12) {
            throw new IOException("no HTTP answer: " + statusLine);
        }
        int length = statusLine.length();
        for (String header = line(); !header.isEmpty(); header = line()) {
            length += header.length();
            if (length > HEADER_LIMIT) {
                throw new IOException("headers over " + HEADER_LIMIT + " bytes");
            }
            take(header);
        }
        final int code = number(statusLine.substring(9, 12), 10);
        if (chunked) {
            left = UNTIL_CLOSED;
            startChunk();
        } else if (code == 204 || code == 304) {
            left = 0;
        }
        return code;
    }

    private void take(final String header) throws IOException {
        final int colon = header.indexOf(':');
        if (colon < 0) {
            throw new IOException("no header: " + header);
        }
        final String name = header.substring(0, colon);
        final String value = header.substring(colon + 1).trim();
        if (name.equalsIgnoreCase("Content-Length")) {
            left = number(value, 10);
        } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
            chunked = value.equalsIgnoreCase("chunked");
        } else if (name.equalsIgnoreCase("Warning") && value.matches(WARNING + ".*\"")) {
            warnings.add(
                    value.substring(WARNING.length(), value.length() - 1)
                            .replaceAll("\\\\(.)", "$1"));
        }
    }

    private void startChunk() throws IOException {
        final String size = line();
        final int semicolon = size.indexOf(';');
        left = number((semicolon < 0 ? size : size.substring(0, semicolon)).trim(), 16);
        if (left == 0) {
            ended = true;
            while (!line().isEmpty()) {
                // Trailers say nothing that is used here.
            }
        }
    }

    private void endChunk() throws IOException {
        if (!line().isEmpty()) {
            throw new IOException("a chunk is longer than it says");
        }
    }

    private static int number(final String text, final int radix) throws IOException {
        try {
            return Integer.parseUnsignedInt(text, radix);
        } catch (final NumberFormatException e) {
            throw new IOException("no number: " + text, e);
        }
    }

    private String line() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        while (true) {
            if (!buffer.hasRemaining() && !fill()) {
                throw new EOFException("it was closed before the answer was complete");
            }
            final byte next = buffer.get();
            if (next == '\n') {
                break;
            }
            if (next != '\r') {
                line.write(next);
            }
            if (line.size() > HEADER_LIMIT) {
                throw new IOException("a header over " + HEADER_LIMIT + " bytes");
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private boolean fill() throws IOException {
        buffer.clear();
        final int count = channel.read(buffer);
        buffer.flip();
        return count > 0;
    }
}
