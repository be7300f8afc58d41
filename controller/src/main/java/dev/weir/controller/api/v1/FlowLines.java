package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Chunks;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.flow.FlowAnswer;
import dev.weir.controller.flow.FlowHistory;
import dev.weir.controller.flow.FlowLoss;
import dev.weir.controller.flow.FlowQuery;
import dev.weir.controller.flow.FlowStreamItem;
import dev.weir.controller.flow.FlowSubscription;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Flows one JSON object a line: first those of the past that were asked for, then each new one. The
 * subscription bounds what waits; what a slow client loses is a line in its own stream.
 */
final class FlowLines implements Chunks {
    /** Records that may wait for a slow client. */
    private static final int CAPACITY = 8_192;

    private final Queue<FlowStreamItem> past = new ArrayDeque<>();
    private final FlowSubscription subscription;
    private volatile Runnable ready = () -> {};

    FlowLines(final FlowHistory history, final FlowQuery query, final boolean withPast) {
        // Before the query: a flow between the two comes twice rather than never.
        subscription = history.subscribe(query, CAPACITY, source -> ready.run());
        if (withPast) {
            final FlowAnswer answer = history.query(query);
            answer.missing().forEach(lost -> past.add(new FlowLoss(lost)));
            past.addAll(answer.items());
        }
    }

    @Override
    public void onReady(final Runnable wake) {
        ready = wake;
    }

    @Override
    public byte[] next() {
        final FlowStreamItem old = past.poll();
        final FlowStreamItem item = old == null ? subscription.poll() : old;
        return item == null ? null : Json.line(item);
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
