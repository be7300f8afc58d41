package dev.weir.controller.export;

import dev.weir.controller.flow.FlowRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Records of a stream to reports: at most one an interval while a flow goes on, one when it ends,
 * with what came since the last. Pure: it is told the time. One thread.
 *
 * <p>It remembers so many flows at most. One that does not fit is reported once, when it ends:
 * never twice. Of a flow that began before this did, only what came after its first record counts.
 */
final class FlowReporter {
    private final long intervalNanos;
    private final long forgottenNanos;
    private final int capacity;
    private final Instant began;
    private final Consumer<FlowReport> out;

    /** By the time of the next report: each waits the same interval, so appending keeps order. */
    private final Map<FlowIdentity, FlowProgress> flows = new LinkedHashMap<>();

    private long untracked;

    /**
     * @param forgottenNanos a flow of which nothing was heard for so long has ended in a record
     *     that was lost; longer than any timeout of the datapath
     * @param capacity flows it remembers
     * @param began when it began to listen
     */
    FlowReporter(
            final long intervalNanos,
            final long forgottenNanos,
            final int capacity,
            final Instant began,
            final Consumer<FlowReport> out) {
        this.intervalNanos = intervalNanos;
        this.forgottenNanos = forgottenNanos;
        this.capacity = capacity;
        this.began = began;
        this.out = out;
    }

    /** Flows it remembers. */
    int tracked() {
        return flows.size();
    }

    /** Flows that were reported only once because too many were open. */
    long untracked() {
        return untracked;
    }

    void accept(final FlowRecord flow, final long now) {
        final FlowIdentity identity = FlowIdentity.of(flow);
        FlowProgress progress = flows.get(identity);
        if (progress != null && !progress.isOf(flow)) {
            finish(progress, FlowEnd.END_OF_FLOW);
            progress = null;
        }
        final boolean ended = flow.event() == FlowRecord.Event.ENDED;
        if (progress == null) {
            final boolean fromStart = !flow.start().isBefore(began);
            if (!ended && flows.size() >= capacity) {
                return; // its end will tell all of it
            }
            if (ended && fromStart && flows.size() >= capacity) {
                untracked++;
            }
            progress = new FlowProgress(identity, flow, fromStart);
            if (!ended) {
                track(progress, now);
            }
        }
        if (ended) {
            flows.remove(identity, progress);
            progress.pending(null);
            out.accept(progress.report(flow, FlowEnd.of(flow)));
        } else {
            progress.pending(flow);
        }
    }

    private void track(final FlowProgress progress, final long now) {
        progress.heard = now;
        await(progress, now);
    }

    private void await(final FlowProgress progress, final long now) {
        progress.due = now + intervalNanos;
        flows.put(progress.identity, progress);
    }

    /** A record of another flow with the same addresses came: this one's end was lost. */
    private void finish(final FlowProgress progress, final FlowEnd end) {
        flows.remove(progress.identity, progress);
        if (progress.pending() != null) {
            out.accept(progress.report(progress.pending(), end));
        }
    }

    /** Reports what is due; returns nanoseconds to the next, at most an interval. */
    long work(final long now) {
        while (!flows.isEmpty()) {
            final FlowProgress progress = flows.values().iterator().next();
            if (progress.due - now > 0) {
                return progress.due - now;
            }
            flows.remove(progress.identity);
            final FlowRecord pending = progress.pending();
            if (pending != null) {
                progress.heard = now;
                out.accept(progress.report(pending, FlowEnd.ACTIVE_TIMEOUT));
            }
            if (now - progress.heard <= forgottenNanos) {
                await(progress, now);
            }
        }
        return intervalNanos;
    }

    /** Reports all that is open: the agent ends. */
    void finish() {
        for (final FlowProgress progress : flows.values()) {
            if (progress.pending() != null) {
                out.accept(progress.report(progress.pending(), FlowEnd.FORCED));
            }
        }
        flows.clear();
    }
}
