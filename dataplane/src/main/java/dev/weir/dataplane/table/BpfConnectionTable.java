package dev.weir.dataplane.table;

import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.KeyHash;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import dev.weir.dataplane.map.MappedMemory;
import java.util.function.IntPredicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@link ConnectionTable} over {@code weir_conntrack}. Its memory is mapped a piece at a time and
 * only while it is looked at: it is rarely, and would be the agent's largest table.
 */
public final class BpfConnectionTable implements ConnectionTable {
    /** Buckets looked at in one mapping. */
    private static final int WINDOW = 1024;

    private static final int BUCKET_SHIFT = 18;
    private static final int WAY_SHIFT = 58;
    private static final int TAG_SHIFT = 32;

    private final BpfMap map;
    private final KeyHash hasher;
    private final int buckets;
    private final UnsafeBuffer keyBuffer =
            new UnsafeBuffer(DirectMemory.allocate(FlowKeyView.LENGTH));
    private final FlowKeyView key = new FlowKeyView(keyBuffer, 0);
    private final ConnectionBucket bucket = new ConnectionBucket();
    private volatile int used;

    /**
     * Over a map that the caller closes.
     *
     * @param seed of the programs' hash
     */
    public BpfConnectionTable(final BpfMap map, final long seed) {
        this.map = map.expect(MapType.ARRAY, Integer.BYTES, ConnectionLayout.BUCKET_LENGTH);
        hasher = new KeyHash(seed);
        this.buckets = map.info().maxEntries();
    }

    @Override
    public int capacity() {
        return buckets * ConnectionLayout.WAYS;
    }

    @Override
    public int used() {
        return used;
    }

    @Override
    public boolean insert(final FlowKey flow, final Connection connection, final int now) {
        key.set(flow);
        final long hash = hasher.of(keyBuffer, 0);
        final int first = (int) (hash >>> WAY_SHIFT) & ConnectionLayout.WAYS - 1;
        final int tag = (int) (hash >>> TAG_SHIFT) | ConnectionLayout.TAG_USED;
        final int index = (int) (hash >>> BUCKET_SHIFT) & buckets - 1;
        final boolean[] inserted = new boolean[1];
        window(index, 1, each -> inserted[0] = put(each, first, tag, connection, now));
        return inserted[0];
    }

    private boolean put(
            final ConnectionBucket into,
            final int first,
            final int tag,
            final Connection connection,
            final int now) {
        while (true) {
            final int found = into.find(first, tag, keyBuffer);
            if (found != ConnectionBucket.NONE && !into.expired(found, now)) {
                return false;
            }
            final int way = found == ConnectionBucket.NONE ? into.choose(first, now) : found;
            if (into.claim(way)) {
                into.publish(way, tag, keyBuffer, connection);
                return true;
            }
        }
    }

    @Override
    public void readAll(final int now, final Visitor visitor) {
        each(
                bucket -> {
                    for (int way = 0; way < ConnectionLayout.WAYS; way++) {
                        if (bucket.used(way) && !bucket.expired(way, now)) {
                            bucket.read(way, visitor);
                        }
                    }
                });
    }

    @Override
    public Sweep sweep(final int now) {
        final int[] counts = new int[2];
        each(
                bucket -> {
                    for (int way = 0; way < ConnectionLayout.WAYS; way++) {
                        final int tag = bucket.tag(way);
                        if (bucket.used(way)) {
                            counts[0]++;
                            counts[1] += bucket.expired(way, now) && bucket.free(way, tag) ? 1 : 0;
                        }
                    }
                });
        used = counts[0] - counts[1];
        return new Sweep(counts[0], counts[1]);
    }

    @Override
    public int removeEndpoints(final IntPredicate gone) {
        final int[] removed = new int[1];
        each(
                bucket -> {
                    for (int way = 0; way < ConnectionLayout.WAYS; way++) {
                        final int tag = bucket.tag(way);
                        if (bucket.used(way) && gone.test(bucket.endpoint(way))) {
                            removed[0] += bucket.free(way, tag) ? 1 : 0;
                        }
                    }
                });
        return removed[0];
    }

    private void each(final BucketVisitor visitor) {
        for (int from = 0; from < buckets; from += WINDOW) {
            window(from, Math.min(WINDOW, buckets - from), visitor);
        }
    }

    private void window(final int from, final int count, final BucketVisitor visitor) {
        final long start = (long) from * ConnectionLayout.BUCKET_LENGTH;
        final long aligned = start / Native.pageSize() * Native.pageSize();
        final int length = count * ConnectionLayout.BUCKET_LENGTH;
        try (MappedMemory memory = MappedMemory.of(map, aligned, start - aligned + length, true)) {
            final UnsafeBuffer view = memory.view(start - aligned, length);
            for (int i = 0; i < count; i++) {
                visitor.onBucket(bucket.wrap(view, i * ConnectionLayout.BUCKET_LENGTH));
            }
        }
    }

    @FunctionalInterface
    private interface BucketVisitor {
        void onBucket(ConnectionBucket bucket);
    }
}
