package dev.weir.controller.flow;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/** Answers queries from the ledger. */
final class LedgerHistory implements FlowHistory {
    /** Rows fit in so many bits; the time goes above, so that sorting sorts by time. */
    private static final int ROW_BITS = 27;

    private final Lock lock;
    private final Runnable sweep;
    private final FlowLedger ledger;
    private final FlowDescriber describer;
    private final FlowPublisher publisher;
    private final FlowTime time;
    private final Supplier<FlowCompleteness> figures;
    private final LedgerBusiest busiest;

    LedgerHistory(
            final Lock lock,
            final Runnable sweep,
            final FlowLedger ledger,
            final FlowDescriber describer,
            final FlowPublisher publisher,
            final FlowTime time,
            final Supplier<FlowCompleteness> figures) {
        this.lock = lock;
        this.sweep = sweep;
        this.ledger = ledger;
        this.describer = describer;
        this.publisher = publisher;
        this.time = time;
        this.figures = figures;
        this.busiest = new LedgerBusiest(lock, sweep, ledger, describer, figures);
    }

    @Override
    public Answer busiest(final FlowQuery query, final Order order) {
        return busiest.busiest(query, order);
    }

    @Override
    public FlowAnswer query(final FlowQuery query) {
        lock.lock();
        try {
            sweep.run();
            return query.first() > 0 ? oldest(query) : newest(query);
        } finally {
            lock.unlock();
        }
    }

    private FlowAnswer newest(final FlowQuery query) {
        final FlowFilter filter = new FlowFilter(query.conditions());
        final NewestRows rows = within(query, filter.isEmpty() ? query.last() : Integer.MAX_VALUE);
        final long[] byTime = rows.sorted();
        final Deque<FlowRecord> newest = new ArrayDeque<>();
        final FlowRow flow = new FlowRow();
        long matched = filter.isEmpty() ? rows.added() - byTime.length : 0;
        for (int i = byTime.length - 1; i >= 0; i--) {
            ledger.row((int) byTime[i] & (1 << ROW_BITS) - 1, flow);
            if (!filter.mayMatch(flow)) {
                continue;
            }
            final FlowRecord record = describer.describe(flow, null);
            if (filter.matches(flow, record)) {
                matched++;
                if (newest.size() < query.last()) {
                    newest.addFirst(record);
                }
            }
        }
        final List<FlowRecord> items = new ArrayList<>(newest);
        final boolean cutOff = matched > items.size() && !items.isEmpty();
        final FlowCompleteness completeness = figures.get();
        return new FlowAnswer(
                items,
                matched,
                cutOff
                        ? completeness.missing(items.get(0).time(), false)
                        : completeness.missing(query.since(), query.since() != null),
                completeness);
    }

    private FlowAnswer oldest(final FlowQuery query) {
        final FlowFilter filter = new FlowFilter(query.conditions());
        final List<FlowRecord> items = new ArrayList<>();
        final FlowRow flow = new FlowRow();
        long matched = 0;
        for (final long place : within(query, Integer.MAX_VALUE).sorted()) {
            ledger.row((int) place & (1 << ROW_BITS) - 1, flow);
            if (!filter.mayMatch(flow)) {
                continue;
            }
            final FlowRecord record = describer.describe(flow, null);
            if (filter.matches(flow, record)) {
                matched++;
                if (items.size() < query.first()) {
                    items.add(record);
                }
            }
        }
        final FlowCompleteness completeness = figures.get();
        return new FlowAnswer(
                items,
                matched,
                completeness.missing(query.since(), query.since() != null),
                completeness);
    }

    /** Rows in the query's time that were seen last, by that time. */
    private NewestRows within(final FlowQuery query, final int most) {
        final NewestRows found = new NewestRows(most);
        ledger.forEach(
                flow -> {
                    if (isWithin(flow, query.since(), query.until())) {
                        found.add(flow.lastSeen() << ROW_BITS | flow.row);
                    }
                });
        return found;
    }

    private boolean isWithin(final FlowRow flow, final Instant since, final Instant until) {
        return (since == null || !time.instant(flow.lastSeen()).isBefore(since))
                && (until == null || !time.instant(flow.firstSeen()).isAfter(until));
    }

    @Override
    public FlowSubscription subscribe(
            final FlowQuery query, final int capacity, final FlowSubscriber subscriber) {
        return publisher.subscribe(query, capacity, subscriber);
    }

    @Override
    public FlowCompleteness completeness() {
        lock.lock();
        try {
            return figures.get();
        } finally {
            lock.unlock();
        }
    }
}
