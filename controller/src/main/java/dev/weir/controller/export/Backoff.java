package dev.weir.controller.export;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time between attempts: doubles from one second to a minute, spread by a quarter. */
final class Backoff {
    private static final long FIRST_MILLIS = 1_000;
    private static final long LONGEST_MILLIS = 60_000;

    private long millis;

    /** Nanoseconds to wait after one more failure. */
    long failed() {
        millis = millis == 0 ? FIRST_MILLIS : Math.min(2 * millis, LONGEST_MILLIS);
        final long spread = millis / 4;
        return TimeUnit.MILLISECONDS.toNanos(
                millis - spread + ThreadLocalRandom.current().nextLong(2 * spread + 1));
    }

    void worked() {
        millis = 0;
    }
}
