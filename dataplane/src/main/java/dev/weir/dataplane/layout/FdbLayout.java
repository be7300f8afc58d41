package dev.weir.dataplane.layout;

/** Offsets in {@code struct weir_fdb_entry}, and where a station has its bucket. */
public final class FdbLayout {
    public static final int ENTRY_LENGTH = 16;
    public static final int STATION_OFFSET = 0;

    /** The ifindex in the low word, the endpoint in the high one. */
    public static final int PLACE_OFFSET = 8;

    /** {@code WEIR_FDB_WAYS}. */
    public static final int WAYS = 4;

    /** {@code WEIR_FDB_BUCKETS}. */
    public static final int BUCKETS = 4_096;

    public static final int BUCKET_LENGTH = WAYS * ENTRY_LENGTH;

    /** {@code WEIR_FDB_FACTOR}. */
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private FdbLayout() {}

    /** Of {@code buckets}, a power of two. */
    public static int bucket(final long station, final int buckets) {
        return (int) (station * FACTOR >>> Integer.SIZE) & buckets - 1;
    }
}
