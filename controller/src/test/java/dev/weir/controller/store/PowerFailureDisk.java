package dev.weir.controller.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A disk that loses its power at a step. Of what was not fsynced each name is there as before or as
 * after, by chance, the bytes of a file that was not are gone, and each page that was written over
 * is the old or the new one.
 */
final class PowerFailureDisk implements Disk {
    private static final int PAGE = 4096;

    private final Path root;
    private final int failing;
    private int steps;

    /** The bytes that were fsynced, by the file's name now. */
    private final Map<Path, byte[]> syncedBytes = new HashMap<>();

    /** Of which pages may be newer than what was fsynced. */
    private final Set<Path> overwritten = new HashSet<>();

    /** What is surely there after the power is back. */
    private final Map<Path, byte[]> durable;

    PowerFailureDisk(final Path root, final int failing) throws IOException {
        this.root = root;
        this.failing = failing;
        try (Stream<Path> all = Files.walk(root)) {
            this.durable = contents(all);
        }
        syncedBytes.putAll(durable);
    }

    private static Map<Path, byte[]> contents(final Stream<Path> paths) throws IOException {
        final Map<Path, byte[]> files = new HashMap<>();
        for (final Path file : paths.filter(Files::isRegularFile).toList()) {
            files.put(file, Files.readAllBytes(file));
        }
        return files;
    }

    /** Leaves in the folder what the disk has when the power is back. */
    void powerUp(final Random chance) throws IOException {
        final Map<Path, byte[]> now;
        try (Stream<Path> all = Files.walk(root)) {
            now = contents(all);
        }
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
            } else if (overwritten.contains(name)) {
                Files.write(name, mixed(bytes, now.get(name), chance));
            } else {
                Files.write(name, bytes);
            }
        }
    }

    private static byte[] mixed(final byte[] old, final byte[] now, final Random chance) {
        final byte[] mixed = Arrays.copyOf(old, Math.max(old.length, now.length));
        for (int at = 0; at < now.length; at += PAGE) {
            if (chance.nextBoolean()) {
                System.arraycopy(now, at, mixed, at, Math.min(PAGE, now.length - at));
            }
        }
        return mixed;
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
        overwritten.remove(file);
        if (synced) {
            syncedBytes.put(file, bytes);
        } else {
            syncedBytes.remove(file);
        }
    }

    @Override
    public void overwrite(
            final Path file, final long position, final byte[] bytes, final boolean synced)
            throws IOException {
        FILES.overwrite(file, position, bytes, false);
        overwritten.add(file);
        step();
        if (synced) {
            final byte[] all = Files.readAllBytes(file);
            syncedBytes.put(file, all);
            durable.replace(file, all);
            overwritten.remove(file);
        }
    }

    @Override
    public void truncate(final Path file, final long length) throws IOException {
        step();
        FILES.truncate(file, length);
        overwritten.add(file);
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
        try (Stream<Path> files = Files.list(path)) {
            for (final Path file : contents(files).keySet()) {
                durable.put(file, syncedBytes.getOrDefault(file, new byte[0]));
            }
        }
    }
}
