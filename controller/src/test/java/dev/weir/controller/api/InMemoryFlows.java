package dev.weir.controller.api;

import dev.weir.controller.flow.FlowAnswer;
import dev.weir.controller.flow.FlowCompleteness;
import dev.weir.controller.flow.FlowHistory;
import dev.weir.controller.flow.FlowLoss;
import dev.weir.controller.flow.FlowQuery;
import dev.weir.controller.flow.FlowRecord;
import dev.weir.controller.flow.FlowStreamItem;
import dev.weir.controller.flow.FlowSubscriber;
import dev.weir.controller.flow.FlowSubscription;
import dev.weir.controller.flow.LossStage;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Flows without a kernel: what is added is what is found; bounded subscriptions that lose. */
final class InMemoryFlows implements FlowHistory {
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00.123456789Z");

    private final List<FlowRecord> records = new CopyOnWriteArrayList<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<FlowQuery> queries = new CopyOnWriteArrayList<>();

    /** One TCP flow from this source port. */
    static FlowRecord record(final int sourcePort) {
        return new FlowRecord(
                TIME,
                "n1",
                "web-eth0",
                FlowRecord.Event.STARTED,
                Direction.INGRESS,
                Verdict.ALLOWED,
                Reason.POLICY,
                new FlowRecord.Ip(
                        4, IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"), 0, null),
                new FlowRecord.L4("TCP", sourcePort, 80),
                null,
                new FlowRecord.Party(
                        1003,
                        null,
                        null,
                        null,
                        "default",
                        "client",
                        Map.of("app", "client"),
                        "client",
                        4_026_532_300L,
                        null,
                        null,
                        null),
                new FlowRecord.Party(
                        1004, null, null, null, "default", "web", null, "web", null, null, null,
                        null),
                12,
                3_456,
                9,
                99_000,
                null,
                null,
                List.of(
                        new FlowRecord.PolicyMatch(
                                "NetworkPolicy", "default", "web-allow", "ingress[0]")),
                TIME,
                null,
                null);
    }

    void add(final FlowRecord record) {
        records.add(record);
        subscriptions.forEach(each -> each.offer(record));
    }

    void forget() {
        records.clear();
    }

    int subscribers() {
        return subscriptions.size();
    }

    FlowQuery lastQuery() {
        return queries.get(queries.size() - 1);
    }

    @Override
    public FlowAnswer query(final FlowQuery query) {
        queries.add(query);
        final int from = Math.max(0, records.size() - query.last());
        return new FlowAnswer(
                List.copyOf(records.subList(from, records.size())),
                records.size(),
                List.of(),
                completeness());
    }

    @Override
    public Answer busiest(final FlowQuery query, final Order order) {
        queries.add(query);
        return new Answer(
                query(query).items().stream()
                        .map(record -> new Busy(10.0, 4_000.0, 0.0, record))
                        .toList(),
                1,
                completeness());
    }

    @Override
    public FlowSubscription subscribe(
            final FlowQuery query, final int capacity, final FlowSubscriber subscriber) {
        queries.add(query);
        final Subscription subscription = new Subscription(capacity, subscriber);
        subscriptions.add(subscription);
        return subscription;
    }

    @Override
    public FlowCompleteness completeness() {
        return new FlowCompleteness(
                records.size(),
                0,
                0,
                0,
                0,
                0,
                5,
                600,
                null,
                null,
                null,
                null,
                1_000,
                2_000,
                0,
                7,
                3,
                4_000);
    }

    private final class Subscription implements FlowSubscription {
        private final Queue<FlowStreamItem> queue = new ArrayDeque<>();
        private final int capacity;
        private final FlowSubscriber subscriber;
        private long lost;
        private long told;

        Subscription(final int capacity, final FlowSubscriber subscriber) {
            this.capacity = capacity;
            this.subscriber = subscriber;
        }

        void offer(final FlowRecord record) {
            final boolean wake;
            synchronized (this) {
                wake = queue.isEmpty();
                if (queue.size() < capacity) {
                    queue.add(record);
                } else {
                    lost++;
                }
            }
            if (wake) {
                subscriber.ready(this);
            }
        }

        @Override
        public synchronized FlowStreamItem poll() {
            final FlowStreamItem item = queue.poll();
            if (item == null && lost > told) {
                final long missing = lost - told;
                told = lost;
                return new FlowLoss(
                        new FlowLoss.Lost(
                                LossStage.SUBSCRIBER,
                                missing,
                                null,
                                null,
                                TIME,
                                TIME,
                                "subscriber too slow"));
            }
            return item;
        }

        @Override
        public synchronized long lost() {
            return lost;
        }

        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }
}
