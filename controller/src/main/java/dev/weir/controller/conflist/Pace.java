package dev.weir.controller.conflist;

import java.util.concurrent.TimeUnit;

/**
 * How soon a thing that does not last may be done again: at once the first time, then after waits
 * that double. Times are {@code System.nanoTime()}.
 */
final class Pace {
    private static final long FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(5);

    /** What lasted this long starts from the beginning. */
    private static final long CALM = TimeUnit.MINUTES.toNanos(10);

    private boolean done;
    private long last;
    private long delay;

    /** Nanoseconds still to wait; 0: now. */
    long remaining(final long now) {
        return done ? Math.max(0, delay - (now - last)) : 0;
    }

    /** It was done. */
    void done(final long now) {
        delay = done && now - last < CALM ? Math.min(2 * delay, LONGEST) : FIRST;
        last = now;
        done = true;
    }

    /** From one time to the next, in nanoseconds. */
    long delay() {
        return delay;
    }
}
