package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/**
 * One map: owns a descriptor and knows its geometry. Keys and values are direct buffers that belong
 * to the caller. The kernel orders concurrent calls; the buffers are the caller's to guard.
 */
public final class BpfMap implements AutoCloseable {
    /** Create or replace. */
    public static final long ANY = 0;

    /** Create only: {@code BPF_NOEXIST}. */
    public static final long NO_EXIST = 1;

    private final String name;
    private final MapInfo info;
    private final Descriptor descriptor;

    private BpfMap(final String name, final int fd) {
        this.name = name;
        this.descriptor = new Descriptor(fd, "map " + name);
        MapInfo found = null;
        try {
            found = MapInfo.of(fd, name);
        } finally {
            if (found == null) {
                descriptor.close();
            }
        }
        this.info = found;
    }

    /** Makes a map that lives as long as a descriptor or pin of it. */
    public static BpfMap create(
            final String name,
            final MapType type,
            final int keySize,
            final int valueSize,
            final int maxEntries,
            final int flags) {
        final int fd = Native.mapCreate(type.number(), name, keySize, valueSize, maxEntries, flags);
        return new BpfMap(name, BpfException.check(fd, "create map", name));
    }

    /** The map pinned at {@code path}. */
    public static BpfMap pinned(final Path path) {
        final int fd = Native.kernelObjectGet(path.toString());
        return new BpfMap(
                path.getFileName().toString(), BpfException.check(fd, "open pinned map", path));
    }

    /** Takes a descriptor over. */
    public static BpfMap own(final String name, final int fd) {
        return new BpfMap(name, BpfException.check(fd, "open map", name));
    }

    public String name() {
        return name;
    }

    public MapInfo info() {
        return info;
    }

    public int descriptor() {
        return descriptor.number();
    }

    /**
     * Proves that the map is what the layout expects.
     *
     * @throws IllegalStateException naming what differs
     */
    public BpfMap expect(final MapType type, final int keySize, final int valueSize) {
        if (info.type() != type.number()
                || info.keySize() != keySize
                || info.valueSize() != valueSize) {
            throw new IllegalStateException(
                    name
                            + ": "
                            + describe(info.typeText(), info.keySize(), info.valueSize())
                            + " (expected: "
                            + describe(type.text(), keySize, valueSize)
                            + ")");
        }
        return this;
    }

    /** Bytes of kernel memory, as /proc/self/fdinfo tells. */
    public long memoryBytes() {
        try {
            for (final String line :
                    Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor.number()))) {
                if (line.startsWith("memlock:")) {
                    return Long.parseLong(line.substring("memlock:".length()).strip());
                }
            }
            return 0;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** False when the key is absent: a miss is an answer, not an error. */
    public boolean lookup(final DirectBuffer key, final DirectBuffer value) {
        checkLength("key", key, info.keySize());
        checkLength("value", value, info.valueSize());
        final int result =
                Native.mapLookup(descriptor.number(), key.addressOffset(), value.addressOffset());
        return found(result, "look up in map");
    }

    /** Creates or replaces. */
    public void update(final DirectBuffer key, final DirectBuffer value) {
        BpfException.check(tryUpdate(key, value, ANY), "update map", name);
    }

    /** False when the key was there: nothing is changed then. */
    public boolean insert(final DirectBuffer key, final DirectBuffer value) {
        final int result = tryUpdate(key, value, NO_EXIST);
        if (Errno.EEXIST.is(result)) {
            return false;
        }
        BpfException.check(result, "insert into map", name);
        return true;
    }

    /** The result or the negated error number, for callers that expect the map to be full. */
    public int tryUpdate(final DirectBuffer key, final DirectBuffer value, final long flags) {
        checkLength("key", key, info.keySize());
        checkLength("value", value, info.valueSize());
        return Native.mapUpdate(
                descriptor.number(), key.addressOffset(), value.addressOffset(), flags);
    }

    /** False when the key was absent. */
    public boolean delete(final DirectBuffer key) {
        checkLength("key", key, info.keySize());
        return found(Native.mapDelete(descriptor.number(), key.addressOffset()), "delete from map");
    }

    /**
     * Steps through the keys in the kernel's order.
     *
     * @param key the last one, null to begin
     * @return false at the end
     */
    public boolean nextKey(final DirectBuffer key, final DirectBuffer next) {
        checkLength("next", next, info.keySize());
        final long address = key == null ? 0 : key.addressOffset();
        return found(
                Native.mapNextKey(descriptor.number(), address, next.addressOffset()), "walk map");
    }

    /** Makes the map outlive the process. */
    public void pin(final Path path) {
        BpfException.check(
                Native.kernelObjectPin(descriptor.number(), path.toString()), "pin map", path);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private boolean found(final int result, final String operation) {
        if (Errno.ENOENT.is(result)) {
            return false;
        }
        BpfException.check(result, operation, name);
        return true;
    }

    private void checkLength(final String what, final DirectBuffer buffer, final int length) {
        if (buffer.capacity() < length || buffer.byteArray() != null) {
            throw new IllegalArgumentException(
                    what
                            + ": "
                            + buffer.capacity()
                            + (buffer.byteArray() != null ? " bytes on the heap" : " bytes")
                            + " (expected: a direct buffer of "
                            + length
                            + ")");
        }
    }

    private static String describe(final String type, final int keySize, final int valueSize) {
        return type + " of " + keySize + " -> " + valueSize + " bytes";
    }
}
