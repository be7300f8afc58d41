package dev.weir.dataplane.layout;

import org.agrona.DirectBuffer;

/** {@code hash_words()} of bpf/common/hash.h: where a flow key has its place in a table. */
public final class KeyHash {
    private KeyHash() {}

    /** Of the {@link FlowKeyView#LENGTH} bytes at {@code offset}, in the machine's byte order. */
    public static long of(final long seed, final DirectBuffer key, final int offset) {
        long x = (key.getLong(offset) ^ seed) * 0x9E3779B97F4A7C15L;
        x += (key.getLong(offset + 8) ^ seed) * 0xD6E8FEB86659FD93L;
        x += (key.getLong(offset + 16) ^ seed) * 0xA0761D6478BD642FL;
        x += (key.getLong(offset + 24) ^ seed) * 0xE7037ED1A0B428DBL;
        x += (key.getLong(offset + 32) ^ seed) * 0x8EBC6AF09C88C6E3L;
        x ^= x >>> 33;
        x *= 0xFF51AFD7ED558CCDL;
        x ^= x >>> 28;
        return x;
    }
}
