package dev.weir.controller.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a capture goes, block by block as it comes, and the totals in it. Nothing is made before
 * the first block.
 */
final class PcapngFile implements AutoCloseable {
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int FRAME = 12;
    private static final int LONGEST = 1 << 20;

    // Options of the statistics block.
    private static final int COMMENT = 1;
    private static final int DROPPED = 5;
    private static final int ACCEPTED = 6;

    /** Of its body, in front of the options: interface and time. */
    private static final int STATISTICS_HEAD = 12;

    private final String name;
    private OutputStream out;
    private boolean gone;
    private long packets;
    private long matched;
    private long lost;
    private String end = "";

    /**
     * @param name of the file, or {@code -} for stdout
     */
    PcapngFile(final String name) {
        this.name = name;
    }

    /** Copies all of it. */
    void copy(final InputStream stream) throws IOException {
        final byte[] head = new byte[8];
        while (!gone && stream.readNBytes(head, 0, head.length) == head.length) {
            final ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            final int type = fields.getInt(0);
            final int length = fields.getInt(4);
            if (length < FRAME || length > LONGEST) {
                throw new IOException("a block of " + length + " bytes");
            }
            final byte[] rest = stream.readNBytes(length - head.length);
            if (rest.length < length - head.length) {
                throw new IOException("a block was cut");
            }
            if (type == PACKET) {
                packets++;
            } else if (type == STATISTICS) {
                total(ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN));
            }
            write(head, rest);
        }
    }

    private void write(final byte[] head, final byte[] rest) {
        try {
            if (out == null) {
                out = open();
            }
            out.write(head);
            out.write(rest);
        } catch (final IOException e) {
            if (name.equals("-")) {
                gone = true; // as when head has seen enough
                return;
            }
            throw new CommandException(name + ": " + reason(e));
        }
    }

    private OutputStream open() throws IOException {
        return name.equals("-")
                ? new FileOutputStream(FileDescriptor.out)
                : Files.newOutputStream(Path.of(name));
    }

    private static String reason(final IOException e) {
        return switch (e.getClass().getSimpleName()) {
            case "NoSuchFileException" -> "no such folder";
            case "AccessDeniedException" -> "permission denied";
            default -> e.getMessage();
        };
    }

    private void total(final ByteBuffer body) {
        int at = STATISTICS_HEAD;
        while (at + 4 <= body.capacity() - 4) {
            final int code = body.getShort(at) & 0xFFFF;
            final int length = body.getShort(at + 2) & 0xFFFF;
            switch (code) {
                case DROPPED -> lost += body.getLong(at + 4);
                case ACCEPTED -> matched += body.getLong(at + 4);
                case COMMENT ->
                        end =
                                new String(body.array(), at + 4, length, StandardCharsets.UTF_8)
                                        .replaceFirst("^end=", "");
                default -> {}
            }
            at += 4 + (length + 3 & ~3);
        }
    }

    /** Whoever read stdout has enough. */
    boolean readerGone() {
        return gone;
    }

    /** True when the totals have come. */
    boolean complete() {
        return !end.isEmpty();
    }

    long packets() {
        return packets;
    }

    long matched() {
        return matched;
    }

    long lost() {
        return lost;
    }

    /** Why the capture ended. */
    String end() {
        return end;
    }

    @Override
    public void close() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (final IOException e) {
            throw new CommandException(name + ": " + reason(e));
        }
    }
}
