package dev.weir.controller.export;

import dev.weir.controller.flow.FlowHistory;
import dev.weir.controller.flow.FlowLoss;
import dev.weir.controller.flow.FlowQuery;
import dev.weir.controller.flow.FlowRecord;
import dev.weir.controller.flow.FlowStreamItem;
import dev.weir.controller.flow.FlowSubscription;
import dev.weir.controller.thread.Daemons;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The one subscription that feeds every sink, on a thread of its own. */
public final class FlowExport implements AutoCloseable {
    private static final int STREAM_CAPACITY = 1 << 14;
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long END_MILLIS = 2_000;

    private final List<SinkRunner> sinks;
    private final FlowReporter reporter;
    private final FlowSubscription subscription;
    private final Thread thread;
    private volatile long lost;
    private volatile int tracked;
    private volatile long untracked;
    private volatile boolean ending;

    private FlowExport(
            final FlowHistory flows, final ExportSettings settings, final List<FlowSink> sinks) {
        this.sinks = sinks.stream().map(sink -> new SinkRunner(sink, settings.queue())).toList();
        this.reporter =
                new FlowReporter(
                        settings.interval().toNanos(),
                        settings.forgotten().toNanos(),
                        settings.flows(),
                        Instant.now(),
                        report -> this.sinks.forEach(sink -> sink.offer(report)));
        this.thread = Daemons.named("export-feed").newThread(this::run);
        this.subscription =
                flows.subscribe(
                        FlowQuery.ALL, STREAM_CAPACITY, ready -> LockSupport.unpark(thread));
    }

    /** Subscribes and sends to all of them from now on; closing it closes them. */
    public static FlowExport start(
            final FlowHistory flows, final ExportSettings settings, final List<FlowSink> sinks) {
        final FlowExport export = new FlowExport(flows, settings, sinks);
        export.sinks.forEach(SinkRunner::start);
        export.thread.start();
        return export;
    }

    /** State of each sink, and of what feeds them. */
    public ExportStates states() {
        return new ExportStates(
                tracked, untracked, lost, sinks.stream().map(SinkRunner::state).toList());
    }

    /** Stops giving one sink reports, or begins again; what comes meanwhile is lost and counted. */
    public void shed(final String name, final boolean off) {
        sinks.stream().filter(sink -> sink.state().name().equals(name)).forEach(s -> s.shed(off));
    }

    private void run() {
        while (!ending) {
            final long pause = work();
            LockSupport.parkNanos(this, Math.max(1, Math.min(pause, LONGEST_PAUSE)));
        }
        work();
        reporter.finish();
        sinks.forEach(SinkRunner::wake);
    }

    private long work() {
        FlowStreamItem item;
        while ((item = subscription.poll()) != null) {
            if (item instanceof FlowRecord flow) {
                reporter.accept(flow, System.nanoTime());
            } else if (item instanceof FlowLoss loss) {
                lost(loss.lost());
            }
        }
        final long pause = reporter.work(System.nanoTime());
        tracked = reporter.tracked();
        untracked = reporter.untracked();
        sinks.forEach(SinkRunner::wake);
        return pause;
    }

    private void lost(final FlowLoss.Lost what) {
        final Missing missing =
                new Missing(orZero(what.records()), orZero(what.packets()), orZero(what.bytes()));
        lost += missing.records();
        sinks.forEach(sink -> sink.missing(missing));
    }

    private static long orZero(final Long count) {
        return count == null ? 0 : count;
    }

    /** Reports what is open as forced to end, and gives the sinks a moment to send it. */
    @Override
    public void close() {
        ending = true;
        LockSupport.unpark(thread);
        try {
            thread.join(END_MILLIS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        subscription.close();
        sinks.forEach(SinkRunner::close);
    }
}
