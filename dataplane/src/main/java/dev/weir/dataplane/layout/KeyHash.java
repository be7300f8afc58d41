package dev.weir.dataplane.layout;

import org.agrona.DirectBuffer;

/** {@code hash_words()} of bpf/common/hash.h: where a flow key has its place in a table. */
public final class KeyHash {
    /** Words of a key, and factors of the hash. */
    public static final int WORDS = 5;

    private static final long UPPER = 0xFFFF_FFFF_0000_0000L;
    private static final long MAPPED = 0xFFFF_0000_FFFF_0000L;

    private final long[] keys = new long[WORDS];

    /** The hash of the tables that were made with that seed. */
    public KeyHash(final long seed) {
        for (int i = 0; i < WORDS; i++) {
            keys[i] = mix(seed + (i + 1) * 0x9E37_79B9_7F4A_7C15L) | 1;
        }
    }

    /** SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(final long value) {
        long x = value;
        x = (x ^ x >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        x = (x ^ x >>> 27) * 0x94D0_49BB_1331_11EBL;
        return x ^ x >>> 31;
    }

    /** {@code weir_hash_keys} of bpf/common/knobs.h. */
    public long[] keys() {
        return keys.clone();
    }

    /** Of the {@link FlowKeyView#LENGTH} bytes at {@code offset}, in the machine's byte order. */
    public long of(final DirectBuffer key, final int offset) {
        final long local = key.getLong(offset + 8);
        final long remote = key.getLong(offset + 24);
        long x = (local >>> 32 | remote & UPPER) * keys[1];
        x += key.getLong(offset) * keys[0];
        x += key.getLong(offset + 16) * keys[2];
        x += ((local & 0xFFFF_FFFFL | remote << 32) ^ MAPPED) * keys[3];
        x += key.getLong(offset + 32) * keys[4];
        x ^= x >>> 33;
        x *= 0xFF51_AFD7_ED55_8CCDL;
        x ^= x >>> 28;
        return x;
    }
}
