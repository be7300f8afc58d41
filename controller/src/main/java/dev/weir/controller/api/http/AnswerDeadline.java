package dev.weir.controller.api.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Gives a request one answer: its handler's, or another when that is late. On the event loop. */
final class AnswerDeadline {
    private final ScheduledFuture<?> timer;
    private boolean answered;

    /**
     * Starts now.
     *
     * @param late run on {@code loop} when the time is up
     */
    AnswerDeadline(final EventExecutor loop, final Duration limit, final Runnable late) {
        timer =
                loop.schedule(
                        () -> {
                            if (take()) {
                                late.run();
                            }
                        },
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** True the first time: the caller is the one to answer. */
    boolean take() {
        if (answered) {
            return false;
        }
        answered = true;
        timer.cancel(false);
        return true;
    }
}
