package dev.weir.dataplane.event;

import org.agrona.DirectBuffer;

/** Takes one record of a log or a ring buffer; must not keep the buffer. */
@FunctionalInterface
public interface RecordHandler {
    /** The record is the {@code length} bytes from {@code offset} on. */
    void onRecord(DirectBuffer buffer, int offset, int length);
}
