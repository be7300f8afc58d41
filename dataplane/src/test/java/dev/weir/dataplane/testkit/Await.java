package dev.weir.dataplane.testkit;

import java.util.concurrent.TimeUnit;

/** Waiting for what will be true. */
public final class Await {
    private static final long DEADLINE_SECONDS = 60;
    private static final long PAUSE_MILLIS = 5;

    private Await() {}

    /** Something that will be true. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns when it holds.
     *
     * @param what for the message when it does not
     * @throws AssertionError if it does not hold within a minute
     * @throws Exception what the condition throws
     */
    public static void until(final Condition condition, final String what) throws Exception {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
