package dev.weir.dataplane.map;

import java.util.Locale;

/** Map types that Weir uses ({@code enum bpf_map_type}). */
public enum MapType {
    HASH(1),
    ARRAY(2),
    LRU_HASH(9),
    LPM_TRIE(11),
    SK_STORAGE(24),
    RINGBUF(27);

    private final int number;

    MapType(final int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The name bpftool prints. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kernel's name of a type, or its number where Weir does not use it. */
    static String text(final int number) {
        for (final MapType type : values()) {
            if (type.number == number) {
                return type.text();
            }
        }
        return "type " + number;
    }
}
