package dev.weir.dataplane.table;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.map.BatchReader;
import dev.weir.dataplane.map.BatchWriter;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.ObjectHashSet;

/**
 * A hash map as rows, written in batches. It knows which keys are there (it is the only writer), so
 * that what does not fit is refused before anything is written.
 */
abstract class BpfRowTable<K, V> implements RowTable<K, V> {
    private final BpfMap map;
    private final RowCodec<K, V> codec;
    private final BatchWriter writer;
    private final ObjectHashSet<K> present = new ObjectHashSet<>();

    BpfRowTable(
            final BpfMap map,
            final int keyLength,
            final int valueLength,
            final RowCodec<K, V> codec) {
        map.expect(MapType.HASH, keyLength, valueLength);
        this.map = map;
        this.codec = codec;
        this.writer = new BatchWriter(map);
        present.addAll(readAll().keySet());
    }

    @Override
    public final int capacity() {
        return map.info().maxEntries();
    }

    @Override
    public final int size() {
        return present.size();
    }

    @Override
    public final void putAll(final Map<K, V> rows) {
        final List<K> added = new ArrayList<>();
        for (final K key : rows.keySet()) {
            if (!present.contains(key)) {
                added.add(key);
            }
        }
        final long needed = (long) size() + added.size();
        if (needed > capacity()) {
            throw new TableFullException(map.name(), needed, capacity());
        }
        final int result = write(rows);
        present.addAll(added);
        if (result < 0) {
            removeAll(added);
            if (Errno.E2BIG.is(result)) {
                throw new TableFullException(map.name(), needed, capacity());
            }
            throw new BpfException("update map " + map.name(), -result);
        }
    }

    private int write(final Map<K, V> rows) {
        int gathered = 0;
        for (final Map.Entry<K, V> row : rows.entrySet()) {
            codec.putKey(writer.keys(), writer.keyOffset(gathered), row.getKey());
            codec.putValue(writer.values(), writer.valueOffset(gathered), row.getValue());
            if (++gathered == BatchWriter.SIZE) {
                final int result = writer.write(gathered);
                if (result < 0) {
                    return result;
                }
                gathered = 0;
            }
        }
        return writer.write(gathered);
    }

    @Override
    public final void removeAll(final Iterable<K> keys) {
        int gathered = 0;
        for (final K key : keys) {
            if (present.remove(key)) {
                codec.putKey(writer.keys(), writer.keyOffset(gathered), key);
                if (++gathered == BatchWriter.SIZE) {
                    writer.delete(gathered);
                    gathered = 0;
                }
            }
        }
        writer.delete(gathered);
    }

    @Override
    public final Map<K, V> readAll() {
        final Map<K, V> rows = new HashMap<>();
        final BatchReader reader = new BatchReader(map);
        for (int read = reader.next(); read > 0; read = reader.next()) {
            for (int i = 0; i < read; i++) {
                rows.put(
                        codec.key(reader.keys(), reader.keyOffset(i)),
                        codec.value(reader.values(), reader.valueOffset(i)));
            }
        }
        return rows;
    }
}
