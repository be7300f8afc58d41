package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads and deletes many entries of a hash map a call. Keeps its buffers, so that a sweep allocates
 * nothing. Single-threaded.
 */
public final class BatchReader {
    private static final int FIRST_SIZE = 4_096;
    private static final int CURSOR_LENGTH = 64;

    private final BpfMap map;
    private final int keyLength;
    private final int valueLength;
    private final ByteBuffer count = DirectMemory.allocate(Integer.BYTES);
    private ByteBuffer cursor = DirectMemory.allocate(CURSOR_LENGTH);
    private ByteBuffer nextCursor = DirectMemory.allocate(CURSOR_LENGTH);
    private UnsafeBuffer keys;
    private UnsafeBuffer values;
    private int size;
    private boolean begun;
    private boolean ended;

    /** For a hash or LRU hash. */
    public BatchReader(final BpfMap map) {
        this(map, FIRST_SIZE);
    }

    /** With buffers for that many entries a call; more when one bucket of the map holds more. */
    public BatchReader(final BpfMap map, final int entries) {
        this.map = map;
        keyLength = map.info().keySize();
        valueLength = map.info().valueSize();
        resize(entries);
    }

    /** Begins at the first entry. */
    public BatchReader restart() {
        begun = false;
        ended = false;
        return this;
    }

    /**
     * Reads the next entries into {@link #keys} and {@link #values}.
     *
     * @return how many, 0 at the end
     */
    public int next() {
        while (!ended) {
            count.putInt(0, size);
            final int result =
                    Native.mapLookupBatch(
                            map.descriptor(),
                            begun ? Memory.address(cursor) : 0,
                            Memory.address(nextCursor),
                            keys.addressOffset(),
                            values.addressOffset(),
                            Memory.address(count));
            if (Errno.ENOSPC.is(result)) {
                resize(size * 2); // one bucket holds more than fits
                continue;
            }
            ended = Errno.ENOENT.is(result);
            if (!ended) {
                BpfException.check(result, "read batch of map", map.name());
            }
            final ByteBuffer used = cursor;
            cursor = nextCursor;
            nextCursor = used;
            begun = true;
            if (count.getInt(0) > 0) {
                return count.getInt(0);
            }
        }
        return 0;
    }

    /** Keys in a row, {@link #keyOffset} apart. */
    public UnsafeBuffer keys() {
        return keys;
    }

    public UnsafeBuffer values() {
        return values;
    }

    public int keyOffset(final int index) {
        return index * keyLength;
    }

    public int valueOffset(final int index) {
        return index * valueLength;
    }

    /** Moves key {@code from} to place {@code to}: gathers what is to be deleted at the front. */
    public void moveKey(final int from, final int to) {
        if (from != to) {
            keys.putBytes(keyOffset(to), keys, keyOffset(from), keyLength);
        }
    }

    /**
     * Deletes the first {@code number} keys of {@link #keys}; one that is gone is passed over.
     *
     * @return how many were there
     */
    public int delete(final int number) {
        return deleteAll(map, keys, number, count);
    }

    static int deleteAll(
            final BpfMap map, final UnsafeBuffer keys, final int number, final ByteBuffer count) {
        final int keyLength = map.info().keySize();
        int done = 0;
        int deleted = 0;
        while (done < number) {
            count.putInt(0, number - done);
            final int result =
                    Native.mapDeleteBatch(
                            map.descriptor(),
                            keys.addressOffset() + (long) done * keyLength,
                            Memory.address(count));
            deleted += count.getInt(0);
            done += count.getInt(0);
            if (Errno.ENOENT.is(result)) {
                done++; // the kernel stops at a key that is gone
            } else {
                BpfException.check(result, "delete batch from map", map.name());
            }
        }
        return deleted;
    }

    /** How many entries there are, by reading them all. */
    public int count() {
        int entries = 0;
        restart();
        for (int read = next(); read > 0; read = next()) {
            entries += read;
        }
        return entries;
    }

    private void resize(final int entries) {
        size = entries;
        keys = new UnsafeBuffer(DirectMemory.allocate(entries * keyLength));
        values = new UnsafeBuffer(DirectMemory.allocate(entries * valueLength));
    }
}
