package dev.weir.controller.export.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;

/**
 * A file that only grows by whole batches and is put aside when it is large or old enough. When
 * somebody else moved or removed it (logrotate), a new one is begun. One thread.
 */
final class RotatedFile implements AutoCloseable {
    private final JsonLinesSettings settings;
    private final Clock clock;
    private FileChannel channel;
    private Object key;
    private long length;
    private Instant begun;

    RotatedFile(final JsonLinesSettings settings, final Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Appends all of it or nothing. */
    void append(final ByteBuffer batch) throws IOException {
        open();
        if (length > 0 && length + batch.remaining() > settings.maxBytes()) {
            rotate();
            open();
        }
        try {
            while (batch.hasRemaining()) {
                channel.write(batch);
            }
        } catch (final IOException e) {
            channel.truncate(length); // half a line would spoil the next one
            throw e;
        }
        length = channel.size();
        if (settings.sync() == JsonLinesSettings.Sync.BATCH) {
            channel.force(false);
        }
    }

    /** Puts the file aside when it is old enough; follows one that was moved. */
    void tick() throws IOException {
        if (channel != null) {
            open();
            if (length > 0 && !clock.instant().isBefore(begun.plus(settings.maxAge()))) {
                rotate();
            }
        }
    }

    private void open() throws IOException {
        if (channel != null && isStillThere()) {
            return;
        }
        close();
        channel =
                FileChannel.open(
                        settings.file(),
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-r-----")));
        final BasicFileAttributes attributes = attributes();
        key = attributes.fileKey();
        length = channel.size();
        begun = length == 0 ? clock.instant() : attributes.creationTime().toInstant();
    }

    private boolean isStillThere() throws IOException {
        try {
            return attributes().fileKey().equals(key);
        } catch (final NoSuchFileException e) {
            return false;
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(settings.file(), BasicFileAttributes.class);
    }

    private void rotate() throws IOException {
        if (settings.sync() != JsonLinesSettings.Sync.NEVER) {
            channel.force(true);
        }
        close();
        if (settings.maxFiles() == 0) {
            Files.deleteIfExists(settings.file());
            return;
        }
        for (int number = settings.maxFiles() - 1; number >= 1; number--) {
            if (Files.exists(older(number))) {
                Files.move(older(number), older(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(settings.file(), older(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path older(final int number) {
        return settings.file().resolveSibling(settings.file().getFileName() + "." + number);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
