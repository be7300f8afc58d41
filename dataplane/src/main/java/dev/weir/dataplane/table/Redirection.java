package dev.weir.dataplane.table;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.layout.ControlLayout;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Whether frames between containers of one bridge are redirected past it: for a while, so that
 * without somebody who looks whether they may they go over the bridge again. Thread-safe.
 */
public final class Redirection {
    private final AtomicBuffer control;
    private final KernelClock clock;
    private final Runnable awaitGrace;
    private int pauses;

    /**
     * @param control memory of {@code weir_control}
     * @param awaitGrace returns when no packet that started before is still in a program
     */
    public Redirection(
            final AtomicBuffer control, final KernelClock clock, final Runnable awaitGrace) {
        this.control = control;
        this.clock = clock;
        this.awaitGrace = awaitGrace;
    }

    /**
     * They may, for so long from now on.
     *
     * @return false: not while somebody has it {@link #pause}d
     */
    public synchronized boolean renew(final long millis) {
        if (pauses > 0) {
            return false;
        }
        until(clock.longNow() + clock.jiffies(millis));
        return true;
    }

    /** They may not any more; returns when the last is through. */
    public synchronized void stop() {
        if (control.getLongVolatile(ControlLayout.REDIRECT_UNTIL_OFFSET) != 0) {
            until(0);
            awaitGrace.run();
        }
    }

    /** As {@link #stop}, and they may not again before {@link #resume}. */
    public synchronized void pause() {
        pauses++;
        stop();
    }

    /** Takes one {@link #pause} back. */
    public synchronized void resume() {
        pauses--;
    }

    private void until(final long jiffies) {
        control.putLongVolatile(ControlLayout.REDIRECT_UNTIL_OFFSET, jiffies);
    }
}
