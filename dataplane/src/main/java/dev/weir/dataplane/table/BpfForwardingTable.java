package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.FdbLayout;
import org.agrona.concurrent.AtomicBuffer;

/** {@link ForwardingTable} over the memory of {@code weir_fdb}. */
public final class BpfForwardingTable implements ForwardingTable {
    private final AtomicBuffer fdb;
    private final int buckets;
    private final Runnable awaitGrace;

    /** A packet under way may have seen a way that is free again. */
    private boolean seen = true;

    /**
     * Over mapped memory, or memory of the same form.
     *
     * @param awaitGrace returns when no packet that started before is still in a program
     */
    public BpfForwardingTable(final AtomicBuffer fdb, final Runnable awaitGrace) {
        this.fdb = fdb;
        this.buckets = fdb.capacity() / FdbLayout.BUCKET_LENGTH;
        this.awaitGrace = awaitGrace;
        if (Integer.bitCount(buckets) != 1) {
            throw new IllegalArgumentException(
                    "fdb buckets: " + buckets + " (expected: a power of two)");
        }
    }

    @Override
    public void put(final Station station, final int ifIndex, final int number) {
        final long word = station.word();
        final long place = (long) number << Integer.SIZE | ifIndex & 0xFFFF_FFFFL;
        int at = find(word);
        if (at >= 0 && fdb.getLongVolatile(at + FdbLayout.PLACE_OFFSET) == place) {
            return;
        }
        remove(station);
        at = find(0, word);
        if (at < 0) {
            throw new TableFullException(
                    "weir_fdb, bucket of " + station.mac(), FdbLayout.WAYS + 1, FdbLayout.WAYS);
        }
        if (seen) {
            awaitGrace.run();
            seen = false;
        }
        fdb.putLongVolatile(at + FdbLayout.PLACE_OFFSET, place);
        fdb.putLongVolatile(at + FdbLayout.STATION_OFFSET, word);
    }

    @Override
    public void remove(final Station station) {
        final int at = find(station.word());
        if (at >= 0) {
            fdb.putLongVolatile(at + FdbLayout.STATION_OFFSET, 0);
            seen = true;
        }
    }

    @Override
    public void clear() {
        final int end = buckets * FdbLayout.BUCKET_LENGTH;
        for (int at = 0; at < end; at += FdbLayout.ENTRY_LENGTH) {
            fdb.putLongVolatile(at + FdbLayout.STATION_OFFSET, 0);
        }
        seen = true;
    }

    private int find(final long word) {
        return find(word, word);
    }

    /** Where {@code word} is in the bucket of {@code station}, -1: nowhere. */
    private int find(final long word, final long station) {
        final int bucket = FdbLayout.bucket(station, buckets) * FdbLayout.BUCKET_LENGTH;
        for (int way = 0; way < FdbLayout.WAYS; way++) {
            final int at = bucket + way * FdbLayout.ENTRY_LENGTH;
            if (fdb.getLongVolatile(at + FdbLayout.STATION_OFFSET) == word) {
                return at;
            }
        }
        return -1;
    }
}
