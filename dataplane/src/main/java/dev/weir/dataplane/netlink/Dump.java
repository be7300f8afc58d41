package dev.weir.dataplane.netlink;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Collects the records of a dump. */
final class Dump<T> implements NetlinkSocket.MessageHandler {
    private final List<T> records = new ArrayList<>();
    private final Parser<T> parser;

    Dump(final Parser<T> parser) {
        this.parser = parser;
    }

    /** Makes one record of one message; null = not of interest. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(DirectBuffer buffer, int offset, int length);
    }

    void clear() {
        records.clear();
    }

    List<T> records() {
        return List.copyOf(records);
    }

    @Override
    public void onMessage(
            final int type, final DirectBuffer buffer, final int offset, final int length) {
        final T record = parser.parse(buffer, offset, length);
        if (record != null) {
            records.add(record);
        }
    }
}
