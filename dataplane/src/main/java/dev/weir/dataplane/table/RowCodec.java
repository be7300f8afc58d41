package dev.weir.dataplane.table;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Rows as bytes. Writes every byte of the struct, padding too. */
interface RowCodec<K, V> {
    void putKey(MutableDirectBuffer buffer, int offset, K key);

    void putValue(MutableDirectBuffer buffer, int offset, V value);

    K key(DirectBuffer buffer, int offset);

    V value(DirectBuffer buffer, int offset);
}
