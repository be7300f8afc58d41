package dev.weir.controller.flow;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * A subscriber's queue: the sweep writes, the subscriber reads. Full: the record is lost to this
 * subscriber alone, and a {@link FlowLoss} takes its place as soon as there is room.
 */
final class QueuedSubscription implements FlowSubscription {
    private final FlowFilter filter;
    private final OneToOneConcurrentArrayQueue<FlowStreamItem> queue;
    private final FlowSubscriber subscriber;
    private final AtomicLong lostToAll;
    private final Consumer<QueuedSubscription> onClose;
    private final AtomicLong lost = new AtomicLong();

    private final Queue<FlowLoss> untold = new ArrayDeque<>();
    private long missing;
    private Instant missingSince;
    private Instant missingUntil;
    private boolean offered;
    private volatile boolean closed;

    QueuedSubscription(
            final FlowFilter filter,
            final int capacity,
            final FlowSubscriber subscriber,
            final AtomicLong lostToAll,
            final Consumer<QueuedSubscription> onClose) {
        if (capacity < 2) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: 2 or more)");
        }
        this.filter = filter;
        this.queue = new OneToOneConcurrentArrayQueue<>(capacity);
        this.subscriber = subscriber;
        this.lostToAll = lostToAll;
        this.onClose = onClose;
    }

    void offer(final FlowRecord record) {
        if (closed || !filter.matches(record)) {
            return;
        }
        if (tellLoss() && queue.offer(record)) {
            offered = true;
            return;
        }
        if (missing == 0) {
            missingSince = record.time();
        }
        missing++;
        missingUntil = record.time();
        lost.incrementAndGet();
        lostToAll.incrementAndGet();
    }

    /** Something that no filter can tell whether it matches; kept until there is room for it. */
    void offer(final FlowLoss loss) {
        if (closed) {
            return;
        }
        untold.add(loss);
        tellLoss();
    }

    /** True if no loss is left untold. */
    private boolean tellLoss() {
        if (missing > 0) {
            if (!queue.offer(FlowLoss.ofSubscriber(missing, missingSince, missingUntil))) {
                return false;
            }
            missing = 0;
            offered = true;
        }
        while (!untold.isEmpty()) {
            if (!queue.offer(untold.peek())) {
                return false;
            }
            untold.remove();
            offered = true;
        }
        return true;
    }

    /** End of a batch. */
    void flush() {
        tellLoss();
        if (offered && !closed) {
            offered = false;
            subscriber.ready(this);
        }
    }

    @Override
    public FlowStreamItem poll() {
        return queue.poll();
    }

    @Override
    public long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }
}
