package dev.weir.controller.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.FlowRecord;
import dev.weir.controller.flow.FlowRecord.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowReporterTest {
    private static final long INTERVAL = 60;
    private static final long FORGOTTEN = 1_000;
    private static final int CAPACITY = 3;
    private static final Instant BEFORE = Flows.START.minusSeconds(1);

    private final List<FlowReport> reports = new ArrayList<>();

    private FlowReporter reporter(final Instant began) {
        return new FlowReporter(INTERVAL, FORGOTTEN, CAPACITY, began, reports::add);
    }

    @Test
    void shouldReportOnceAnIntervalAndAtTheEndWithDeltasThatSumUp() {
        final FlowReporter reporter = reporter(BEFORE);
        reporter.accept(Flows.tcp(1, Event.STARTED, 2), 0);
        reporter.accept(Flows.tcp(1, Event.CHANGED, 10), 10);
        assertThat(reporter.work(59)).isEqualTo(1);
        assertThat(reports).isEmpty();

        reporter.work(60);
        reporter.work(120); // nothing new: no report
        reporter.accept(Flows.tcp(1, Event.CHANGED, 12), 130);
        reporter.work(180);
        reporter.accept(Flows.tcp(1, Event.ENDED, 20), 190);

        assertThat(reports)
                .extracting(FlowReport::packets)
                .containsExactly(10L, 2L, 8L)
                .satisfies(deltas -> assertThat(sum(deltas)).isEqualTo(20));
        assertThat(reports)
                .extracting(FlowReport::replyBytes)
                .containsExactly(5_000L, 1_000L, 4_000L);
        assertThat(reports)
                .extracting(FlowReport::end)
                .containsExactly(
                        FlowEnd.ACTIVE_TIMEOUT, FlowEnd.ACTIVE_TIMEOUT, FlowEnd.END_OF_FLOW);
        assertThat(reports.get(0).since()).isEqualTo(Flows.START);
        assertThat(reports.get(1).since()).isEqualTo(Flows.START.plusSeconds(10));
        assertThat(reporter.tracked()).isZero();
    }

    @Test
    void shouldCountOfAnOlderFlowOnlyWhatCameAfterItsFirstRecord() {
        final FlowReporter reporter = reporter(Flows.START.plusSeconds(1));
        reporter.accept(Flows.tcp(1, Event.CHANGED, 1_000), 0);
        reporter.accept(Flows.tcp(1, Event.ENDED, 1_007), 1);

        assertThat(reports).singleElement().extracting(FlowReport::packets).isEqualTo(7L);
    }

    @Test
    void shouldReportAFlowThatDoesNotFitOnceAtItsEnd() {
        final FlowReporter reporter = reporter(BEFORE);
        for (int port = 1; port <= CAPACITY + 1; port++) {
            reporter.accept(Flows.tcp(port, Event.STARTED, 5), 0);
        }
        reporter.work(INTERVAL);
        assertThat(reports).hasSize(CAPACITY);

        reporter.accept(Flows.tcp(CAPACITY + 1, Event.ENDED, 9), INTERVAL);

        assertThat(reports.get(CAPACITY).packets()).isEqualTo(9);
        assertThat(reporter.untracked()).isEqualTo(1);
    }

    @Test
    void shouldTellAFlowFromTheNextWithTheSameAddresses() {
        final FlowReporter reporter = reporter(BEFORE);
        reporter.accept(Flows.tcp(1, Event.STARTED, 4), 0);
        final FlowRecord next =
                Flows.flow("10.0.0.1", "10.0.0.2", 1, Event.ENDED, 3, Flows.START.plusSeconds(100));
        reporter.accept(next, 1);

        assertThat(reports).extracting(FlowReport::packets).containsExactly(4L, 3L);
    }

    @Test
    void shouldKeepDeniedTrafficTogetherWhateverItsSourcePort() {
        final FlowReporter reporter = reporter(BEFORE);
        reporter.accept(Flows.denied(1_000, Event.STARTED, 3), 0);
        reporter.accept(Flows.denied(2_000, Event.CHANGED, 9), 1);
        reporter.accept(Flows.denied(3_000, Event.ENDED, 11), 2);

        assertThat(reports).singleElement().extracting(FlowReport::packets).isEqualTo(11L);
    }

    @Test
    void shouldForgetAFlowWhoseEndWasLost() {
        final FlowReporter reporter = reporter(BEFORE);
        reporter.accept(Flows.tcp(1, Event.STARTED, 4), 0);
        for (long now = INTERVAL; now <= FORGOTTEN + 3 * INTERVAL; now += INTERVAL) {
            reporter.work(now);
        }

        assertThat(reporter.tracked()).isZero();
        assertThat(reports).hasSize(1);
    }

    @Test
    void shouldReportWhatIsOpenWhenTheAgentEnds() {
        final FlowReporter reporter = reporter(BEFORE);
        reporter.accept(Flows.tcp(1, Event.STARTED, 4), 0);
        reporter.finish();

        assertThat(reports).singleElement().extracting(FlowReport::end).isEqualTo(FlowEnd.FORCED);
    }

    private static long sum(final List<? extends Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }
}
