package dev.weir.controller.cost;

import dev.weir.controller.thread.Daemons;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Makes the budget look at this process, every five seconds. */
public final class BudgetRole implements AutoCloseable {
    private static final long PERIOD_SECONDS = 5;

    private final ScheduledExecutorService timer;

    private BudgetRole(final ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** Begins to look. */
    public static BudgetRole start(final Budget budget) {
        final ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Daemons.named("weir-budget"));
        timer.scheduleWithFixedDelay(
                () -> look(budget), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
        return new BudgetRole(timer);
    }

    private static void look(final Budget budget) {
        final ProcessUsage usage = ProcessUsage.read();
        budget.look(System.nanoTime(), usage.cpu().toNanos(), usage.residentBytes());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
