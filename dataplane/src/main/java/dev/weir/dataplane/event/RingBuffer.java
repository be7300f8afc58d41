package dev.weir.dataplane.event;

import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import dev.weir.dataplane.map.MappedMemory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A BPF ring buffer read through its own memory (kernel/bpf/ringbuf.c): a page with our position, a
 * page with the kernel's, and the data. The kernel offers the data twice in a row, so that no
 * record is ever cut; we map it once, for it counts as ours, and copy the rare record that is.
 */
public final class RingBuffer implements EventSource, AutoCloseable {
    /** Record head: length with two flags, then the page offset. */
    private static final int HEAD_LENGTH = 8;

    /** Of a record of weir_dns without its head; the longest has 584 bytes. */
    private static final int LONGEST = 1_024;

    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final MappedMemory consumerMemory;
    private final MappedMemory producerMemory;
    private final UnsafeBuffer consumer;
    private final UnsafeBuffer producer;
    private final UnsafeBuffer data;
    private final UnsafeBuffer whole;
    private final RecordHandler toEvent = this::event;
    private EventHandler events;
    private final long mask;

    /** For {@code weir_dns}: maps the pages; the map may be closed afterwards. */
    public RingBuffer(final BpfMap map) {
        this(map, LONGEST);
    }

    /** For records of up to {@code longest} bytes. */
    public RingBuffer(final BpfMap map, final int longest) {
        whole = new UnsafeBuffer(new byte[longest]);
        map.expect(MapType.RINGBUF, 0, 0);
        final int page = Native.pageSize();
        final long size = map.info().maxEntries();
        mask = size - 1;
        consumerMemory = MappedMemory.of(map, 0, page, true);
        producerMemory = mapProducer(map, page, page + size, consumerMemory);
        consumer = consumerMemory.view(0, page);
        producer = producerMemory.view(0, page);
        data = producerMemory.view(page, size);
    }

    private static MappedMemory mapProducer(
            final BpfMap map, final int page, final long length, final MappedMemory consumer) {
        try {
            return MappedMemory.of(map, page, length, false);
        } catch (final RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    @Override
    public int poll(final EventHandler handler, final int limit) {
        events = handler;
        return records(toEvent, limit);
    }

    /**
     * Hands over up to {@code limit} records, oldest first; never blocks.
     *
     * @return how many
     */
    public int records(final RecordHandler handler, final int limit) {
        long position = consumer.getLongVolatile(0);
        final long end = producer.getLongVolatile(0);
        int handled = 0;
        while (position < end && handled < limit) {
            final int at = (int) (position & mask);
            final int head = data.getIntVolatile(at);
            if ((head & BUSY) != 0) {
                break;
            }
            final int length = head & ~(BUSY | DISCARDED);
            position += length + HEAD_LENGTH + 7L & ~7L;
            try {
                if ((head & DISCARDED) == 0) {
                    handled++;
                    handle(handler, at + HEAD_LENGTH, length);
                }
            } finally {
                consumer.putLongOrdered(0, position);
            }
        }
        return handled;
    }

    private void handle(final RecordHandler handler, final int start, final int length) {
        UnsafeBuffer record = data;
        int at = start;
        if (start + length > data.capacity()) {
            final int first = data.capacity() - start;
            whole.putBytes(0, data, start, first);
            whole.putBytes(first, data, 0, length - first);
            record = whole;
            at = 0;
        }
        handler.onRecord(record, at, length);
    }

    private void event(final DirectBuffer record, final int at, final int length) {
        EventSource.deliver(record, at, events);
    }

    @Override
    public long pending() {
        return producer.getLongVolatile(0) - consumer.getLongVolatile(0);
    }

    @Override
    public long capacity() {
        return mask + 1;
    }

    @Override
    public void close() {
        consumerMemory.close();
        producerMemory.close();
    }
}
