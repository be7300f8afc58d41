package dev.weir.controller.flow;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.process.ProcessSource;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Joins what the programs tell of sockets to the ledger's rows: by the flow's key and by when its
 * connection was opened, which two with the same key never share. One thread at a time.
 */
final class FlowProcesses {
    private static final int LENGTH = ProcessLayout.EVENT_LENGTH;

    /** Of no use to us any more: readings of the caches that did not find its row. */
    private static final int TRIES = ProcessLayout.TOLD_OFFSET;

    private static final int MOST_TRIES = 2;
    private static final int FIRST_ROOM = 256;
    private static final int MOST_ROOM = 32_768;

    private final ProcessSource source;
    private final FlowLedger ledger;
    private final int delivery;
    private final long retries;
    private final RowProcesses rows = new RowProcesses();
    private final DeniedProcesses denied = new DeniedProcesses();
    private final UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocateDirect(48));
    private final FlowKeyView view = new FlowKeyView(key, 0);
    private final FlowRow found = new FlowRow();
    private UnsafeBuffer waiting = room(FIRST_ROOM);
    private int count;
    private long joined;
    private long deniedCount;
    private long unmatched;
    private long lostQueue;

    /**
     * @param delivery jiffies that a packet may take from one container's hook to another's
     * @param retries jiffies for which a socket goes on asking after it was denied
     */
    FlowProcesses(
            final ProcessSource source,
            final FlowLedger ledger,
            final int delivery,
            final int retries) {
        this.source = source;
        this.ledger = ledger;
        this.delivery = delivery;
        this.retries = retries;
    }

    private static UnsafeBuffer room(final int events) {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(events * LENGTH));
    }

    void detached(final int endpoint) {
        denied.forget(endpoint);
    }

    /** Reads up to so many events; {@link #join} gives them to rows. Returns how many. */
    int poll(final int limit) {
        return source.poll(this::onEvent, limit);
    }

    private void onEvent(final DirectBuffer event, final int offset, final int length) {
        if (count * LENGTH == waiting.capacity() && !grow()) {
            lostQueue++;
            return;
        }
        waiting.putBytes(count * LENGTH, event, offset, LENGTH);
        waiting.putByte(count * LENGTH + TRIES, (byte) 0);
        count++;
    }

    private boolean grow() {
        if (count >= MOST_ROOM) {
            return false;
        }
        final UnsafeBuffer larger = room(2 * count);
        larger.putBytes(0, waiting, 0, count * LENGTH);
        waiting = larger;
        return true;
    }

    /** After a reading of the caches: what was told of before has a row, if it ever gets one. */
    void join() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final int at = i * LENGTH;
            if (!isDone(at)) {
                waiting.putBytes(kept * LENGTH, waiting, at, LENGTH);
                kept++;
            }
        }
        count = kept;
    }

    private boolean isDone(final int at) {
        final int created = waiting.getInt(at + ProcessLayout.CREATED_OFFSET);
        if (created == 0) {
            deniedCount++;
            denied.put(new FlowKeyView(waiting, at).toKey(), rows.of(waiting, at), seen(at));
            return true;
        }
        if (find(waiting, at) && found.created() == created) {
            rows.put(found, waiting, at);
            joined++;
            return true;
        }
        final byte tries = waiting.getByte(at + TRIES);
        waiting.putByte(at + TRIES, (byte) (tries + 1));
        unmatched += tries + 1 == MOST_TRIES ? 1 : 0;
        return tries + 1 == MOST_TRIES;
    }

    /** Of rows with the same key the index has the last. */
    private boolean find(final DirectBuffer buffer, final int at) {
        final int row = ledger.index.find(buffer, at);
        if (row == FlowRow.NONE) {
            return false;
        }
        ledger.row(row, found);
        return true;
    }

    private long seen(final int at) {
        final int jiffies = waiting.getInt(at + ProcessLayout.SEEN_OFFSET);
        return ledger.now() + (jiffies - (int) ledger.now());
    }

    /** Of the side of the container that recorded the flow; null where nobody knows it. */
    FlowProcess local(final FlowRow flow) {
        if (!flow.isDenied()) {
            return rows.get(flow);
        }
        return denied.find(
                new FlowKey(
                        flow.endpoint(),
                        flow.local(),
                        flow.remote(),
                        flow.localPort(),
                        flow.remotePort(),
                        flow.protocol()),
                flow.lastSeen(),
                retries);
    }

    /** Of the other side, if that is a container of this node; null where nobody knows it. */
    FlowProcess remote(final FlowRow flow, final Endpoint peer) {
        view.set(
                new FlowKey(
                        peer.number(),
                        flow.remote(),
                        flow.local(),
                        flow.remotePort(),
                        flow.localPort(),
                        flow.protocol()));
        if (find(key, 0)
                && found.life() == flow.remoteLife()
                && found.firstSeen() <= flow.lastSeen()
                && firstOf(flow) <= found.lastSeen() + delivery) {
            return rows.get(found);
        }
        return null;
    }

    /** Denied traffic shows the ports of its last packet. */
    private static long firstOf(final FlowRow flow) {
        return flow.isDenied() ? flow.lastSeen() : flow.firstSeen();
    }

    long memoryBytes() {
        return rows.memoryBytes() + waiting.capacity();
    }

    ProcessFigures figures() {
        return new ProcessFigures(
                joined, deniedCount, unmatched, source.lost(), lostQueue, denied.pushedOut());
    }
}
