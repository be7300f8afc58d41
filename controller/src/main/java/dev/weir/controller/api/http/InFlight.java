package dev.weir.controller.api.http;

/** Counts the requests that are being handled: bounds them, and lets a closing server wait. */
public final class InFlight {
    private final int most;
    private int now;

    /**
     * Counts from zero.
     *
     * @param most requests at a time; the next is answered with 429
     */
    public InFlight(final int most) {
        this.most = most;
    }

    synchronized boolean tryBegin() {
        if (now >= most) {
            return false;
        }
        now++;
        return true;
    }

    synchronized void end() {
        now--;
        notifyAll();
    }

    /** Waits until none is left, or so many milliseconds. */
    public synchronized void awaitNone(final long millis) throws InterruptedException {
        final long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; now > 0 && left > 0; ) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
    }
}
