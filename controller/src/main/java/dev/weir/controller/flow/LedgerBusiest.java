package dev.weir.controller.flow;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/**
 * Compares each row with what it held at an earlier call. The sample it keeps for that, 28 bytes a
 * row, goes when memory is short; then the next call has no rates.
 */
final class LedgerBusiest implements BusiestFlows {
    private static final long YOUNGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long OLDEST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Lock lock;
    private final Runnable sweep;
    private final FlowLedger ledger;
    private final FlowDescriber describer;
    private final Supplier<FlowCompleteness> figures;
    private SoftReference<Sample> last = new SoftReference<>(null);

    LedgerBusiest(
            final Lock lock,
            final Runnable sweep,
            final FlowLedger ledger,
            final FlowDescriber describer,
            final Supplier<FlowCompleteness> figures) {
        this.lock = lock;
        this.sweep = sweep;
        this.ledger = ledger;
        this.describer = describer;
        this.figures = figures;
    }

    /** What the rows held at one time. */
    private static final class Sample {
        private final long nanos = System.nanoTime();
        private int rows;
        private final int[] generations;
        private final long[] packets;
        private final long[] bytes;
        private final long[] retransmits;

        Sample(final FlowLedger ledger) {
            ledger.forEach(flow -> rows = Math.max(rows, flow.row + 1));
            generations = new int[rows];
            packets = new long[rows];
            bytes = new long[rows];
            retransmits = new long[rows];
            Arrays.fill(packets, -1);
            ledger.forEach(
                    flow -> {
                        generations[flow.row] = flow.generation();
                        packets[flow.row] = flow.packets();
                        bytes[flow.row] = flow.bytes();
                        retransmits[flow.row] = ledger.insights.retransmits(flow);
                    });
        }

        /** False for a flow that came after it, all of which is new then. */
        boolean holds(final FlowRow flow) {
            return flow.row < packets.length
                    && packets[flow.row] >= 0
                    && generations[flow.row] == flow.generation();
        }
    }

    /** One row among the busiest; by growth, then by sum. */
    private record Place(long growth, long sum, int row) implements Comparable<Place> {
        @Override
        public int compareTo(final Place other) {
            final int byGrowth = Long.compare(growth, other.growth);
            return byGrowth != 0 ? byGrowth : Long.compare(sum, other.sum);
        }
    }

    @Override
    public Answer busiest(final FlowQuery query, final Order order) {
        lock.lock();
        try {
            sweep.run();
            final Sample before = last.get();
            final Sample now = new Sample(ledger);
            final long age = before == null ? Long.MAX_VALUE : now.nanos - before.nanos;
            if (age > YOUNGEST_NANOS) {
                last = new SoftReference<>(now);
            }
            return answer(query, order, age > OLDEST_NANOS ? null : before, now);
        } finally {
            lock.unlock();
        }
    }

    private Answer answer(
            final FlowQuery query, final Order order, final Sample before, final Sample now) {
        final FlowFilter filter = new FlowFilter(query.conditions());
        final PriorityQueue<Place> top = new PriorityQueue<>();
        ledger.forEach(
                flow -> {
                    final Place place = place(flow, order, before);
                    final boolean full = top.size() >= query.last();
                    if (place == null
                            || full && place.compareTo(top.peek()) <= 0
                            || !filter.isEmpty()
                                    && !filter.matches(describer.describe(flow, null))) {
                        return;
                    }
                    if (full) {
                        top.poll();
                    }
                    top.add(place);
                });
        final double seconds = before == null ? 0 : (now.nanos - before.nanos) / 1e9;
        final List<Place> places = new ArrayList<>(top);
        places.sort(null);
        final List<Busy> items = new ArrayList<>(places.size());
        final FlowRow flow = new FlowRow();
        for (int i = places.size() - 1; i >= 0; i--) {
            items.add(busy(ledger.row(places.get(i).row(), flow), before, seconds));
        }
        return new Answer(items, seconds, figures.get());
    }

    /** Null for a flow that has none of what is asked for. */
    private Place place(final FlowRow flow, final Order order, final Sample before) {
        final long packets =
                before == null ? 0 : growth(flow, flow.packets(), before, before.packets);
        return switch (order) {
            case BYTES ->
                    new Place(
                            before == null ? 0 : growth(flow, flow.bytes(), before, before.bytes),
                            flow.bytes(),
                            flow.row);
            case PACKETS -> new Place(packets, flow.packets(), flow.row);
            case DROPS ->
                    flow.reason().isDrop() ? new Place(packets, flow.packets(), flow.row) : null;
            case RTT ->
                    ledger.insights.rttNanos(flow) > 0
                            ? new Place(ledger.insights.rttNanos(flow), packets, flow.row)
                            : null;
            case RETRANSMITS ->
                    ledger.insights.retransmits(flow) > 0
                            ? new Place(
                                    before == null
                                            ? 0
                                            : growth(
                                                    flow,
                                                    ledger.insights.retransmits(flow),
                                                    before,
                                                    before.retransmits),
                                    ledger.insights.retransmits(flow),
                                    flow.row)
                            : null;
        };
    }

    /** Since the sample. */
    private static long growth(
            final FlowRow flow, final long value, final Sample before, final long[] values) {
        return before.holds(flow) ? value - values[flow.row] : value;
    }

    private Busy busy(final FlowRow flow, final Sample before, final double seconds) {
        final FlowRecord record = describer.describe(flow, null);
        if (before == null) {
            return new Busy(null, null, null, record);
        }
        return new Busy(
                growth(flow, flow.packets(), before, before.packets) / seconds,
                growth(flow, flow.bytes(), before, before.bytes) / seconds,
                growth(flow, ledger.insights.retransmits(flow), before, before.retransmits)
                        / seconds,
                record);
    }
}
