package dev.weir.controller.export;

import dev.weir.controller.thread.Daemons;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sink's queue and thread. A full queue loses the newest reports, counted; a batch that failed
 * is sent again, after longer and longer waits.
 */
final class SinkRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkRunner.class);
    private static final int BATCH = 512;
    private static final Missing ONE = new Missing(1, 0, 0);
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DRAIN_MILLIS = 2_000;

    private final FlowSink sink;
    private final OneToOneConcurrentArrayQueue<FlowReport> queue;
    private final List<FlowReport> batch = new ArrayList<>(BATCH);
    private final Backoff backoff = new Backoff();
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong lostQueue = new AtomicLong();
    private final AtomicLong lostRefused = new AtomicLong();
    private final AtomicLong lostShed = new AtomicLong();
    private final AtomicLong lostEnd = new AtomicLong();
    private final AtomicReference<Missing> missing = new AtomicReference<>(Missing.NOTHING);
    private final AtomicLong failures = new AtomicLong();

    private volatile String problem = "";
    private volatile boolean shed;
    private volatile boolean ending;
    private volatile int inHand;

    SinkRunner(final FlowSink sink, final int capacity) {
        this.sink = sink;
        this.queue = new OneToOneConcurrentArrayQueue<>(capacity);
        this.thread = Daemons.named("export-" + sink.name()).newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** One producer; never waits. */
    void offer(final FlowReport report) {
        if (shed) {
            lostShed.incrementAndGet();
        } else if (queue.offer(report)) {
            return;
        } else {
            lostQueue.incrementAndGet();
        }
        missing(ONE);
    }

    /** It is told in the stream as soon as that works. */
    void missing(final Missing more) {
        missing.accumulateAndGet(more, Missing::plus);
    }

    /** A batch of offers is over. */
    void wake() {
        LockSupport.unpark(thread);
    }

    void shed(final boolean off) {
        shed = off;
    }

    ExportState state() {
        return new ExportState(
                sink.name(),
                sink.target(),
                shed ? "shed" : problem.isEmpty() ? "sending" : "retrying",
                sent.get(),
                lostQueue.get(),
                lostRefused.get(),
                lostShed.get(),
                lostEnd.get(),
                queue.size() + inHand,
                queue.capacity(),
                failures.get(),
                problem);
    }

    private void run() {
        while (!ending) {
            final long pause = work();
            if (pause > 0 && !ending) {
                LockSupport.parkNanos(this, pause);
            }
        }
        work();
        lostEnd.addAndGet(batch.size() + (long) queue.size());
    }

    /** Sends what waits; returns nanoseconds to rest, 0 for none. */
    private long work() {
        try {
            do {
                if (batch.isEmpty()) {
                    queue.drainTo(batch, BATCH);
                }
                inHand = batch.size();
                tellMissing();
                sendBatch();
                sink.tick();
            } while (!queue.isEmpty());
            worked();
            return TICK_NANOS;
        } catch (final IOException | RuntimeException e) {
            return failed(e);
        }
    }

    private void tellMissing() throws IOException {
        final Missing untold = missing.getAndSet(Missing.NOTHING);
        if (untold.isNothing()) {
            return;
        }
        boolean told = false;
        try {
            sink.missing(untold);
            told = true;
        } finally {
            if (!told) {
                missing(untold);
            }
        }
    }

    private void sendBatch() throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        final int before = batch.size();
        try {
            final int refused = sink.send(batch);
            lostRefused.addAndGet(refused);
            sent.addAndGet(-(long) refused);
        } finally {
            sent.addAndGet(before - (long) batch.size());
            inHand = batch.size();
        }
    }

    private void worked() {
        if (!problem.isEmpty()) {
            LOG.info("export to {} {}: works again", sink.name(), sink.target());
            problem = "";
        }
        backoff.worked();
    }

    private long failed(final Exception cause) {
        failures.incrementAndGet();
        final String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (!ending && !text.equals(problem)) {
            LOG.warn("export to {} {}: {}; tried again", sink.name(), sink.target(), text);
        }
        problem = text;
        return backoff.failed();
    }

    /** Sends what waits if that takes no longer than two seconds. */
    @Override
    public void close() {
        ending = true;
        LockSupport.unpark(thread);
        try {
            thread.join(DRAIN_MILLIS);
            sink.close();
            thread.join(DRAIN_MILLIS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
