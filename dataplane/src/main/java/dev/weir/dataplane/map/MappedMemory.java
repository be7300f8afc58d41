package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Native;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A mapping of a map's memory. Whoever still reads a view after {@link #close} crashes the process:
 * the owner closes it last.
 */
public final class MappedMemory implements AutoCloseable {
    private final String name;
    private final long length;
    private long address;

    private MappedMemory(final String name, final long address, final long length) {
        this.name = name;
        this.address = address;
        this.length = length;
    }

    /** Maps all values of a mmapable array, readable and writable. */
    public static MappedMemory ofArray(final BpfMap map) {
        final long valueSize = map.info().valueSize() + 7L & ~7L;
        return of(map, 0, valueSize * Integer.toUnsignedLong(map.info().maxEntries()), true);
    }

    /** Maps a part of the map's file. */
    public static MappedMemory of(
            final BpfMap map, final long offset, final long length, final boolean writable) {
        final long page = Native.pageSize();
        final long whole = (length + page - 1) / page * page;
        final long address =
                BpfException.check(
                        Native.mapMemory(map.descriptor(), offset, whole, writable),
                        "map memory of",
                        map.name());
        return new MappedMemory(map.name(), address, whole);
    }

    /** A view of a part. */
    public UnsafeBuffer view(final long offset, final long bytes) {
        if (address == 0 || offset < 0 || offset + bytes > length || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + bytes
                            + " bytes at "
                            + offset
                            + " (expected: inside "
                            + length
                            + ")");
        }
        return new UnsafeBuffer(address + offset, (int) bytes);
    }

    /** One view a part, {@code parts} of the same size in a row. */
    public UnsafeBuffer[] parts(final int parts, final long bytes) {
        final UnsafeBuffer[] views = new UnsafeBuffer[parts];
        for (int i = 0; i < parts; i++) {
            views[i] = view(i * bytes, bytes);
        }
        return views;
    }

    @Override
    public void close() {
        if (address != 0) {
            final long closing = address;
            address = 0;
            BpfException.check(Native.unmapMemory(closing, length), "unmap memory of", name);
        }
    }
}
