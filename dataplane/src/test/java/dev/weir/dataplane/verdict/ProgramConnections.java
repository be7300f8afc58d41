package dev.weir.dataplane.verdict;

import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@code weir_conntrack} byte by byte, as abi.h says: found by looking everywhere, not by the hash.
 */
final class ProgramConnections {
    private static final int BUCKET = 1536;
    private static final int WAYS = 16;
    private static final int EXPIRES = 64;
    private static final int CONNECTIONS = 128;

    private final UnsafeBuffer memory;

    ProgramConnections(final UnsafeBuffer memory) {
        this.memory = memory;
    }

    /** The bytes of {@code struct weir_connection}, in place. */
    Optional<UnsafeBuffer> find(final FlowKey key) {
        final int at = search(key);
        return at < 0
                ? Optional.empty()
                : Optional.of(
                        new UnsafeBuffer(
                                memory,
                                at / WAYS * BUCKET
                                        + CONNECTIONS
                                        + at % WAYS * ProgramTables.CONNECTION_LENGTH,
                                ProgramTables.CONNECTION_LENGTH));
    }

    boolean forget(final FlowKey key) {
        final int at = search(key);
        if (at >= 0) {
            memory.putIntVolatile(at / WAYS * BUCKET + 4 * (at % WAYS), 1); // WEIR_TAG_FREE
        }
        return at >= 0;
    }

    /** When it is forgotten, in jiffies. */
    int expires(final FlowKey key) {
        return memory.getIntVolatile(expiresAt(key));
    }

    /** Makes it older. */
    void age(final FlowKey key, final int jiffies) {
        memory.putIntVolatile(expiresAt(key), expires(key) - jiffies);
    }

    private int expiresAt(final FlowKey key) {
        final int at = search(key);
        return at / WAYS * BUCKET + EXPIRES + 4 * (at % WAYS);
    }

    /** Bucket times ways plus way, or -1. */
    private int search(final FlowKey key) {
        for (int at = 0; at < memory.capacity() / BUCKET * WAYS; at++) {
            final int bucket = at / WAYS * BUCKET;
            final int offset = bucket + CONNECTIONS + at % WAYS * ProgramTables.CONNECTION_LENGTH;
            if (memory.getIntVolatile(bucket + 4 * (at % WAYS)) >>> 2 != 0
                    && new FlowKeyView(memory, offset).toKey().equals(key)) {
                return at;
            }
        }
        return -1;
    }
}
