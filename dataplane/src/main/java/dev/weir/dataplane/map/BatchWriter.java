package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Gathers entries and writes or deletes them many a call. Single-threaded. */
public final class BatchWriter {
    /** Entries a call. */
    public static final int SIZE = 4_096;

    private final BpfMap map;
    private final ByteBuffer count = DirectMemory.allocate(Integer.BYTES);
    private final UnsafeBuffer keys;
    private final UnsafeBuffer values;

    public BatchWriter(final BpfMap map) {
        this.map = map;
        keys = new UnsafeBuffer(DirectMemory.allocate(SIZE * map.info().keySize()));
        values = new UnsafeBuffer(DirectMemory.allocate(SIZE * map.info().valueSize()));
    }

    public UnsafeBuffer keys() {
        return keys;
    }

    public UnsafeBuffer values() {
        return values;
    }

    public int keyOffset(final int index) {
        return index * map.info().keySize();
    }

    public int valueOffset(final int index) {
        return index * map.info().valueSize();
    }

    /**
     * Writes the first {@code number} entries.
     *
     * @return 0, or a negated error number after {@link #written} entries
     */
    public int write(final int number) {
        count.putInt(0, number);
        if (number == 0) {
            return 0;
        }
        return Native.mapUpdateBatch(
                map.descriptor(),
                keys.addressOffset(),
                values.addressOffset(),
                Memory.address(count));
    }

    /** How many entries the last {@link #write} put in. */
    public int written() {
        return count.getInt(0);
    }

    /** Deletes the first {@code number} keys; returns how many were there. */
    public int delete(final int number) {
        return BatchReader.deleteAll(map, keys, number, count);
    }
}
