package dev.weir.controller.flow;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Hands flows that changed to the subscribers. Publishing: one thread at a time. */
final class FlowPublisher {
    private final List<QueuedSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private final FlowLedger ledger;
    private final FlowDescriber describer;
    private final int reportJiffies;

    FlowPublisher(final FlowLedger ledger, final FlowDescriber describer, final int reportJiffies) {
        this.ledger = ledger;
        this.describer = describer;
        this.reportJiffies = reportJiffies;
    }

    FlowSubscription subscribe(
            final FlowQuery query, final int capacity, final FlowSubscriber subscriber) {
        final QueuedSubscription subscription =
                new QueuedSubscription(
                        new FlowFilter(query.conditions()),
                        capacity,
                        subscriber,
                        lost,
                        subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    boolean hasSubscribers() {
        return !subscriptions.isEmpty();
    }

    int subscribers() {
        return subscriptions.size();
    }

    long lost() {
        return lost.get();
    }

    /** Tells every subscriber of something that none of them will get; null is nothing. */
    void publishLoss(final FlowLoss loss) {
        if (loss != null) {
            subscriptions.forEach(subscription -> subscription.offer(loss));
        }
    }

    /** What changed and was told of too lately for that; call it after each sweep. */
    void publishKept() {
        ledger.changed().forEachKept(this::publishIfDue);
        publishTouched();
    }

    /** Everything that changed just now. */
    void publishTouched() {
        ledger.changed().forEachTouched(this::publishIfDue);
        for (final QueuedSubscription subscription : subscriptions) {
            subscription.flush();
        }
    }

    /** False if it has to wait. */
    private boolean publishIfDue(final FlowRow flow) {
        final FlowRecord.Event event = event(flow);
        if (event == null) {
            return false;
        }
        flow.putInt(FlowRow.REPORTED_AT, (int) ledger.now());
        flow.putByte(FlowRow.REPORTED_VERDICT, flow.getByte(FlowRow.VERDICT));
        flow.putByte(FlowRow.REPORTED_STATE, flow.state());
        final FlowRecord record = describer.describe(flow, event);
        for (final QueuedSubscription subscription : subscriptions) {
            subscription.offer(record);
        }
        return true;
    }

    /** Null if there is nothing that a subscriber must hear of now. */
    private FlowRecord.Event event(final FlowRow flow) {
        if (flow.stage() == FlowRow.ENDED) {
            return FlowRecord.Event.ENDED;
        }
        if (ledger.wasBornNow(flow)) {
            return FlowRecord.Event.STARTED;
        }
        final boolean moved =
                flow.getByte(FlowRow.REPORTED_VERDICT) != flow.getByte(FlowRow.VERDICT)
                        || flow.getByte(FlowRow.REPORTED_STATE) != flow.state();
        final boolean due = (int) ledger.now() - flow.getInt(FlowRow.REPORTED_AT) >= reportJiffies;
        return moved || due ? FlowRecord.Event.CHANGED : null;
    }
}
