package dev.weir.controller.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** All that the store does to files when it writes; who stands in for it can stop at any step. */
interface Disk {
    /** The real one. */
    Disk FILES = new FileDisk();

    /**
     * Makes or overwrites {@code file}.
     *
     * @param durable fsyncs it; its name is on the disk only after {@link #sync} of its folder
     */
    void write(Path file, byte[] bytes, boolean durable) throws IOException;

    /**
     * Writes over a part of a file that is there.
     *
     * @param position in bytes from its start; the file grows where {@code bytes} end behind its
     *     end
     * @param durable fdatasyncs it, and all that was written to the file before
     */
    void overwrite(Path file, long position, byte[] bytes, boolean durable) throws IOException;

    /** Cuts the end of a file off, which no full disk refuses. */
    void truncate(Path file, long length) throws IOException;

    /** Renames, over what is there; all at once. */
    void move(Path from, Path to) throws IOException;

    /** Fine when it is not there. */
    void delete(Path file) throws IOException;

    /** Fsyncs a file, or the names in a folder. */
    void sync(Path path) throws IOException;

    /** With the calls of the operating system. */
    final class FileDisk implements Disk {
        private FileDisk() {}

        @Override
        public void write(final Path file, final byte[] bytes, final boolean durable)
                throws IOException {
            try (FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                write(channel, 0, bytes);
                if (durable) {
                    channel.force(true);
                }
            }
        }

        @Override
        public void overwrite(
                final Path file, final long position, final byte[] bytes, final boolean durable)
                throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                write(channel, position, bytes);
                if (durable) {
                    channel.force(false);
                }
            }
        }

        @Override
        public void truncate(final Path file, final long length) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
        }

        private static void write(
                final FileChannel channel, final long position, final byte[] bytes)
                throws IOException {
            final ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer, position + buffer.position());
            }
        }

        @Override
        public void move(final Path from, final Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void delete(final Path file) throws IOException {
            Files.deleteIfExists(file);
        }

        @Override
        public void sync(final Path path) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
