package dev.weir.controller.dns;

import dev.weir.dataplane.layout.FlowKey;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Finds where messages begin in DNS over TCP, whose segments come one by one and not all bytes of
 * each: two bytes of length stand before every message (RFC 1035 4.2.2), and say at which sequence
 * number the next one does. Bounded; one thread.
 */
public final class DnsStreams {
    static final int STREAMS_MOST = 1_024;

    private static final int LENGTH = 2;
    private static final int LONGEST = LENGTH + 0xFFFF;

    private final Map<Stream, Place> places =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(final Map.Entry<Stream, Place> eldest) {
                    return size() > STREAMS_MOST;
                }
            };

    /** One direction of a connection. */
    private record Stream(FlowKey key, boolean sent) {}

    /**
     * What is known of a stream.
     *
     * @param next where a message begins
     * @param size of that, whose length came before; 0 = its length is there
     * @param lost where, is not known any more
     */
    private record Place(int next, int size, boolean lost) {}

    /** Takes the messages of a segment. */
    public interface Consumer {
        /** As many bytes of one as there are. */
        void message(int offset, int length);

        /** What was to be a message is none, or its beginning was missed. */
        void unreadable();
    }

    /**
     * Gives out the messages that begin in a segment.
     *
     * @param sent by the container
     * @param sequence of its first byte
     * @param length of what there is of its payload
     */
    public void segment(
            final FlowKey key,
            final boolean sent,
            final int sequence,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final Consumer consumer) {
        final Stream stream = new Stream(key, sent);
        final Place place = places.get(stream);
        final int before = place == null ? 0 : place.next - sequence;
        if (place == null || before > LONGEST || before < -LONGEST) {
            // Another connection, be it with the same ports.
            read(stream, new Place(sequence, 0, false), sequence, buffer, offset, length, consumer);
        } else if (place.lost || before < 0) {
            places.put(stream, new Place(sequence, 0, true)); // a segment between was not seen
            consumer.unreadable();
        } else if (before < length) {
            read(stream, place, sequence, buffer, offset, length, consumer);
        }
    }

    private void read(
            final Stream stream,
            final Place from,
            final int sequence,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final Consumer consumer) {
        int at = from.next - sequence;
        int size = from.size;
        while (size != 0 || at + LENGTH <= length) {
            if (size == 0) {
                size = buffer.getShort(offset + at, ByteOrder.BIG_ENDIAN) & 0xFFFF;
                at += LENGTH;
            }
            if (size < DnsParser.HEADER) {
                places.put(stream, new Place(sequence, 0, true));
                consumer.unreadable();
                return;
            }
            if (at >= length) {
                break;
            }
            consumer.message(offset + at, Math.min(size, length - at));
            at += size;
            size = 0;
        }
        places.put(stream, new Place(sequence + at, size, false));
    }

    int size() {
        return places.size();
    }
}
