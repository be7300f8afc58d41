package dev.weir.controller.apply;

import dev.weir.controller.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;

/** The real applier on a thread of its own, over tables in memory. */
public final class RunningApplier implements AutoCloseable {
    private final StateStore store;
    private final AgentRunner runner;
    private final Applier applier;

    private RunningApplier(final StateStore store) {
        this.store = store;
        this.applier =
                Applier.start(
                        new RecordingDatapath().datapath(),
                        new FakeNetwork(),
                        store,
                        false,
                        new QuietObserver(),
                        Clock.systemUTC());
        this.runner = new AgentRunner(NoOpIdleStrategy.INSTANCE, error -> {}, null, applier);
        AgentRunner.startOnThread(runner);
    }

    /** With what {@code directory} holds. */
    public static RunningApplier start(final Path directory) {
        return new RunningApplier(StateStore.open(directory));
    }

    public Desired desired() {
        return applier;
    }

    @Override
    public void close() {
        applier.stop();
        CloseHelper.closeAll(runner, store);
    }
}
