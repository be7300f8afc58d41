package dev.weir.controller.api.metrics;

import java.util.concurrent.atomic.AtomicInteger;

/** How many series may be told apart; what does not fit is summed elsewhere. Any thread. */
public final class SeriesBudget {
    private final int limit;
    private final AtomicInteger used = new AtomicInteger();

    public SeriesBudget(final int limit) {
        this.limit = limit;
    }

    /** Takes so many, or none. */
    boolean take(final int series) {
        while (true) {
            final int now = used.get();
            if (now + series > limit) {
                return false;
            }
            if (used.compareAndSet(now, now + series)) {
                return true;
            }
        }
    }

    void giveBack(final int series) {
        used.addAndGet(-series);
    }

    int limit() {
        return limit;
    }

    int used() {
        return used.get();
    }
}
