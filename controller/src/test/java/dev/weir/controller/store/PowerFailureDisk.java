package dev.weir.controller.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A disk that loses its power at a step. Of what was not fsynced each name is there as before or as
 * after, by chance, and the bytes of a file that was not are gone.
 */
final class PowerFailureDisk implements Disk {
    private final Path root;
    private final int failing;
    private int steps;

    /** The bytes that were fsynced, by the file's name now. */
    private final Map<Path, byte[]> syncedBytes = new HashMap<>();

    /** What is surely there after the power is back. */
    private final Map<Path, byte[]> durable;

    PowerFailureDisk(final Path root, final int failing) throws IOException {
        this.root = root;
        this.failing = failing;
        this.durable = files();
        syncedBytes.putAll(durable);
    }

    private Map<Path, byte[]> files() throws IOException {
        final Map<Path, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (final Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.readAllBytes(file));
            }
        }
        return files;
    }

    /** Leaves in the folder what the disk has when the power is back. */
    void powerUp(final Random chance) throws IOException {
        final Map<Path, byte[]> now = files();
        final Set<Path> names = new TreeSet<>(now.keySet());
        names.addAll(durable.keySet());
        for (final Path name : names) {
            final boolean changed = chance.nextBoolean();
            final byte[] bytes =
                    !changed
                            ? durable.get(name)
                            : now.containsKey(name)
                                    ? syncedBytes.getOrDefault(name, new byte[0])
                                    : null;
            if (bytes == null) {
                Files.deleteIfExists(name);
            } else {
                Files.write(name, bytes);
            }
        }
    }

    private void step() {
        if (steps++ >= failing) {
            throw new FailingDisk.Killed();
        }
    }

    @Override
    public void write(final Path file, final byte[] bytes, final boolean synced)
            throws IOException {
        step();
        FILES.write(file, bytes, false);
        if (synced) {
            syncedBytes.put(file, bytes);
        } else {
            syncedBytes.remove(file);
        }
    }

    @Override
    public void move(final Path from, final Path to) throws IOException {
        step();
        FILES.move(from, to);
        final byte[] bytes = syncedBytes.remove(from);
        if (bytes == null) {
            syncedBytes.remove(to);
        } else {
            syncedBytes.put(to, bytes);
        }
    }

    @Override
    public void delete(final Path file) throws IOException {
        step();
        FILES.delete(file);
        syncedBytes.remove(file);
    }

    @Override
    public void sync(final Path path) throws IOException {
        step();
        if (Files.isRegularFile(path)) {
            syncedBytes.put(path, Files.readAllBytes(path));
            return;
        }
        durable.keySet().removeIf(file -> file.getParent().equals(path));
        for (final Path file : files().keySet()) {
            if (file.getParent().equals(path)) {
                durable.put(file, syncedBytes.getOrDefault(file, new byte[0]));
            }
        }
    }
}
