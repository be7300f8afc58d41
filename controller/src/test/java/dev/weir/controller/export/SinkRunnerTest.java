package dev.weir.controller.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.FlowRecord.Event;
import dev.weir.dataplane.testkit.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class SinkRunnerTest {
    private static final int CAPACITY = 16;

    /** A receiver that takes what it has a permit for, and can be made to fail. */
    private static final class Receiver implements FlowSink {
        final Semaphore permits = new Semaphore(0);
        final List<FlowReport> taken = new ArrayList<>();
        volatile boolean failing;
        volatile Missing missing = new Missing(0, 0, 0);
        volatile boolean closed;

        @Override
        public String name() {
            return "receiver";
        }

        @Override
        public String target() {
            return "here";
        }

        @Override
        public int send(final List<FlowReport> reports) throws IOException {
            if (failing) {
                throw new IOException("no route to receiver");
            }
            permits.acquireUninterruptibly();
            synchronized (taken) {
                taken.addAll(reports);
            }
            reports.clear();
            return 1;
        }

        @Override
        public void missing(final Missing more) {
            missing = missing.plus(more);
        }

        @Override
        public void tick() {}

        @Override
        public void close() {
            closed = true;
        }

        int count() {
            synchronized (taken) {
                return taken.size();
            }
        }
    }

    private final Receiver receiver = new Receiver();
    private final SinkRunner runner = new SinkRunner(receiver, CAPACITY);

    private void offer(final int count) {
        for (int i = 0; i < count; i++) {
            runner.offer(Flows.report(Flows.tcp(i, Event.ENDED, 1)));
        }
        runner.wake();
    }

    @Test
    void shouldCountWhatDoesNotFitAndTellTheReceiver() throws Exception {
        offer(CAPACITY + 5);
        assertThat(runner.state().lostQueue()).isEqualTo(5);
        receiver.permits.release(10);
        runner.start();

        Await.until(
                () -> receiver.count() == CAPACITY && receiver.missing.records() == 5, "the sink");
        Await.until(() -> runner.state().queued() == 0, "the sink");
        final ExportState state = runner.state();
        assertThat(state.lostRefused()).isEqualTo(1);
        assertThat(state.sent()).isEqualTo(CAPACITY - 1);
        assertThat(state.state()).isEqualTo("sending");
        runner.close();
        assertThat(receiver.closed).isTrue();
    }

    @Test
    void shouldTryAgainAndLoseNothingOfABatchThatFailed() throws Exception {
        receiver.failing = true;
        receiver.permits.release(10);
        runner.start();
        offer(3);
        Await.until(() -> runner.state().failures() > 0, "the sink");
        assertThat(runner.state().state()).isEqualTo("retrying");
        assertThat(runner.state().problem()).isEqualTo("no route to receiver");
        assertThat(runner.state().queued()).isEqualTo(3);

        receiver.failing = false;

        Await.until(() -> receiver.count() == 3, "the sink");
        Await.until(() -> runner.state().state().equals("sending"), "the sink");
        assertThat(runner.state().lostQueue()).isZero();
        runner.close();
    }

    @Test
    void shouldCountWhatComesWhileItIsShedAndWhatIsLeftAtTheEnd() throws Exception {
        runner.shed(true);
        offer(4);
        assertThat(runner.state().state()).isEqualTo("shed");
        runner.shed(false);
        receiver.failing = true;
        runner.start();
        offer(2);
        Await.until(() -> runner.state().failures() > 0, "the sink");
        runner.close();

        assertThat(runner.state().lostShed()).isEqualTo(4);
        assertThat(runner.state().lostEnd()).isEqualTo(2);
    }
}
