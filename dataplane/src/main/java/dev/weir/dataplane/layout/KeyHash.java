package dev.weir.dataplane.layout;

import org.agrona.DirectBuffer;

/** {@code hash_words()} of bpf/common/hash.h: where a flow key has its place in a table. */
public final class KeyHash {
    private KeyHash() {}

    /** Of the {@link FlowKeyView#LENGTH} bytes at {@code offset}, in the machine's byte order. */
    public static long of(final long seed, final DirectBuffer key, final int offset) {
        long x = seed;
        x += key.getLong(offset) * 0x9E3779B97F4A7C15L;
        x += key.getLong(offset + 8) * 0xD6E8FEB86659FD93L;
        x += key.getLong(offset + 16) * 0xA0761D6478BD642FL;
        x += key.getLong(offset + 24) * 0xE7037ED1A0B428DBL;
        x += key.getLong(offset + 32) * 0x8EBC6AF09C88C6E3L;
        x ^= x >>> 32;
        x *= 0xFF51AFD7ED558CCDL;
        x ^= x >>> 32;
        x *= 0xC4CEB9FE1A85EC53L;
        x ^= x >>> 32;
        return x;
    }
}
