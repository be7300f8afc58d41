package dev.weir.controller.flow;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.UnansweredConnects.Ends;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.process.ProcessSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Joins what the kernel tells of sockets to the ledger's rows. A row gets a process only if the
 * socket had these ends while the row's packets passed: both clocks are jiffies, and at any time
 * one socket has them. One thread at a time.
 */
final class FlowProcesses {
    private static final int LENGTH = ProcessLayout.EVENT_LENGTH;

    /** Addresses and ports, which a flow's key begins with. */
    private static final int ENDS = 36;

    /** In the event's padding: readings of the caches that did not find its row. */
    private static final int TRIES = ProcessLayout.ESTABLISHED_OFFSET + 1;

    private static final int MOST_TRIES = 2;
    private static final int FIRST_ROOM = 256;
    private static final int MOST_ROOM = 32_768;

    private final ProcessSource source;
    private final FlowLedger ledger;
    private final int slack;
    private final RowProcesses rows = new RowProcesses();
    private final UnansweredConnects unanswered = new UnansweredConnects();
    private final Long2ObjectHashMap<int[]> endpoints = new Long2ObjectHashMap<>();
    private final UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocateDirect(48));
    private final FlowKeyView view = new FlowKeyView(key, 0);
    private final FlowRow found = new FlowRow();
    private UnsafeBuffer waiting = room(FIRST_ROOM);
    private int count;
    private long joined;
    private long unansweredCount;
    private long unmatched;
    private long lostQueue;

    /**
     * @param slack jiffies that a packet may take from the hook to its socket
     */
    FlowProcesses(final ProcessSource source, final FlowLedger ledger, final int slack) {
        this.source = source;
        this.ledger = ledger;
        this.slack = slack;
    }

    private static UnsafeBuffer room(final int events) {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(events * LENGTH));
    }

    void attached(final Endpoint endpoint) {
        detached(endpoint);
        final int[] others = endpoints.get(endpoint.netnsCookie());
        final int[] all = others == null ? new int[1] : Arrays.copyOf(others, others.length + 1);
        all[all.length - 1] = endpoint.number();
        endpoints.put(endpoint.netnsCookie(), all);
    }

    void detached(final Endpoint endpoint) {
        final int[] all = endpoints.get(endpoint.netnsCookie());
        if (all == null) {
            return;
        }
        final int[] left =
                Arrays.stream(all).filter(number -> number != endpoint.number()).toArray();
        if (left.length == 0) {
            endpoints.remove(endpoint.netnsCookie());
        } else {
            endpoints.put(endpoint.netnsCookie(), left);
        }
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
        if (joinTo(at, endpoints.get(waiting.getLong(at + ProcessLayout.NETNS_COOKIE_OFFSET)))) {
            joined++;
            return true;
        }
        if (waiting.getByte(at + ProcessLayout.ESTABLISHED_OFFSET) == 0) {
            unansweredCount++;
            unanswered.put(ends(at), rows.of(waiting, at), opened(at), seen(at));
            return true;
        }
        final byte tries = waiting.getByte(at + TRIES);
        waiting.putByte(at + TRIES, (byte) (tries + 1));
        unmatched += tries + 1 == MOST_TRIES ? 1 : 0;
        return tries + 1 == MOST_TRIES;
    }

    private boolean joinTo(final int at, final int[] numbers) {
        if (numbers == null) {
            return false; // the container is gone
        }
        key.putBytes(0, waiting, at + ProcessLayout.LOCAL_OFFSET, ENDS);
        for (final int number : numbers) {
            if (find(number) && isItsTime(at)) {
                rows.put(found, waiting, at);
                return true;
            }
        }
        return false;
    }

    /** The row of the endpoint's TCP connection with the ends in {@code key}. */
    private boolean find(final int number) {
        key.putShort(FlowKeyView.ENDPOINT_OFFSET, (short) number);
        key.putShort(FlowKeyView.PROTOCOL_OFFSET, (short) Protocols.TCP, ByteOrder.LITTLE_ENDIAN);
        final int row = ledger.index.find(key, 0);
        if (row == FlowRow.NONE) {
            return false;
        }
        ledger.row(row, found);
        return true;
    }

    /** Of rows with the same ends the index has the last, so what is later is another's. */
    private boolean isItsTime(final int at) {
        if (found.firstSeen() > seen(at)) {
            return false;
        }
        return waiting.getByte(at + ProcessLayout.VIA_OFFSET) == ProcessVia.CONNECT.ordinal()
                ? found.firstSeen() >= opened(at)
                : found.lastSeen() + slack >= opened(at);
    }

    private long opened(final int at) {
        return extend(waiting.getInt(at + ProcessLayout.OPENED_OFFSET));
    }

    private long seen(final int at) {
        return extend(waiting.getInt(at + ProcessLayout.SEEN_OFFSET));
    }

    private long extend(final int jiffies) {
        return ledger.now() + (jiffies - (int) ledger.now());
    }

    private Ends ends(final int at) {
        return new Ends(
                waiting.getLong(at + ProcessLayout.NETNS_COOKIE_OFFSET),
                address(at + ProcessLayout.LOCAL_OFFSET),
                port(at + ProcessLayout.LOCAL_PORT_OFFSET),
                address(at + ProcessLayout.REMOTE_OFFSET),
                port(at + ProcessLayout.REMOTE_PORT_OFFSET));
    }

    private IpAddress address(final int at) {
        return new IpAddress(
                waiting.getLong(at, ByteOrder.BIG_ENDIAN),
                waiting.getLong(at + Long.BYTES, ByteOrder.BIG_ENDIAN));
    }

    private int port(final int at) {
        return waiting.getShort(at, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /** Of the side of the container that recorded the flow; null where nobody knows it. */
    FlowProcess local(final FlowRow flow, final Endpoint recorder) {
        if (flow.protocol() != Protocols.TCP) {
            return null;
        }
        if (!flow.isDenied()) {
            return rows.get(flow);
        }
        return unanswered.find(
                new Ends(
                        recorder.netnsCookie(),
                        flow.local(),
                        flow.localPort(),
                        flow.remote(),
                        flow.remotePort()),
                flow.lastSeen(),
                slack);
    }

    /** Of the other side, if that is a container of this node; null where nobody knows it. */
    FlowProcess remote(final FlowRow flow, final Endpoint peer) {
        if (flow.protocol() != Protocols.TCP) {
            return null;
        }
        view.set(
                new FlowKey(
                        peer.number(),
                        flow.remote(),
                        flow.local(),
                        flow.remotePort(),
                        flow.localPort(),
                        Protocols.TCP));
        if (find(peer.number())
                && found.life() == flow.remoteLife()
                && found.firstSeen() <= flow.lastSeen()
                && firstOf(flow) <= found.lastSeen() + slack) {
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
        final ProcessSource.Losses losses = source.losses();
        return new ProcessFigures(
                joined,
                unansweredCount,
                unmatched,
                losses.events(),
                losses.sockets(),
                losses.missed(),
                lostQueue,
                unanswered.pushedOut());
    }
}
