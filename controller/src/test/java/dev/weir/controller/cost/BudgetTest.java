package dev.weir.controller.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long STEP = 5_000_000_000L;
    private static final long MIB = 1 << 20;

    private final List<String> log = new ArrayList<>();
    private final Budget budget =
            new Budget(
                    0.5, 150 * MIB, Duration.ofSeconds(60), List.of(work("first"), work("second")));
    private long now;
    private long cpu;

    private OptionalWork work(final String name) {
        return OptionalWork.of(name, off -> log.add((off ? "-" : "+") + name));
    }

    /** So many looks at this share of a core and this much memory. */
    private void run(final int looks, final double cores, final long mebibytes) {
        for (int i = 0; i < looks; i++) {
            now += STEP;
            cpu += (long) (cores * STEP);
            budget.look(now, cpu, mebibytes * MIB);
        }
    }

    @Test
    void shouldShedOnePieceAfterTheOtherWhileItCostsTooMuch() {
        run(7, 0.4, 100);
        assertThat(log).isEmpty();
        run(7, 0.9, 100);
        assertThat(log).containsExactly("-first");
        run(7, 0.9, 100);
        assertThat(log).containsExactly("-first", "-second");
        run(50, 0.9, 100);

        assertThat(log).hasSize(2);
        assertThat(budget.state().shed()).containsExactly("first", "second");
        assertThat(budget.state().cpuCores()).isBetween(0.89, 0.91);
        assertThat(budget.state().changes()).isEqualTo(2);
    }

    @Test
    void shouldNotMindAShortBurst() {
        run(10, 0.1, 100);
        run(1, 1.0, 100);
        run(10, 0.1, 100);

        assertThat(log).isEmpty();
    }

    @Test
    void shouldShedForMemoryToo() {
        run(7, 0.1, 160);

        assertThat(log).containsExactly("-first");
    }

    @Test
    void shouldTakeWorkUpAgainInReverseOnceItIsCalm() {
        run(14, 0.9, 100);
        assertThat(log).containsExactly("-first", "-second");
        run(7, 0.45, 100); // between four fifths and all of it: as it is
        run(60, 0.45, 100);
        assertThat(log).hasSize(2);

        run(24, 0.1, 100);
        assertThat(log).containsExactly("-first", "-second", "+second");
        run(14, 0.1, 100);

        assertThat(log).containsExactly("-first", "-second", "+second", "+first");
        assertThat(budget.state().shed()).isEmpty();
    }

    @Test
    void shouldStayAwayLongerAfterARelapse() {
        run(7, 0.9, 100);
        run(20, 0.1, 100);
        assertThat(log).containsExactly("-first", "+first");
        run(7, 0.9, 100);
        assertThat(log).containsExactly("-first", "+first", "-first");

        run(18, 0.1, 100); // 90 s: enough the first time, not now
        assertThat(log).hasSize(3);
        run(14, 0.1, 100);

        assertThat(log).hasSize(4);
    }

    @Test
    void shouldShedNothingWithoutALimit() {
        final Budget none = new Budget(0, 0, Duration.ofSeconds(1), List.of(work("first")));
        for (int i = 1; i < 100; i++) {
            none.look(i * STEP, i * STEP * 4, Long.MAX_VALUE / 2);
        }

        assertThat(log).isEmpty();
        assertThat(none.state().cpuCores()).isEqualTo(4.0);
    }

    @Test
    void shouldKnowWhatAThreadDoes() throws Exception {
        assertThat(RoleUsage.role("flow-sweep")).isEqualTo("flow-sweep");
        assertThat(RoleUsage.role("export-ipfix")).isEqualTo("export");
        assertThat(RoleUsage.role("weir-rest-worke")).isEqualTo("rest");
        final AtomicBoolean seen = new AtomicBoolean();
        final Thread busy =
                new Thread(
                        () -> {
                            while (!seen.get()) {
                                Thread.onSpinWait();
                            }
                        },
                        "flow-spin");
        busy.start();
        try {
            Await.until(
                    () ->
                            RoleUsage.read().stream()
                                    .anyMatch(
                                            each ->
                                                    each.role().equals("flow-spin")
                                                            && each.cpuSeconds() > 0),
                    "the thread to be seen at work");
            assertThat(RoleUsage.read())
                    .filteredOn(each -> each.role().equals("flow-spin"))
                    .hasSize(1);
        } finally {
            seen.set(true);
            busy.join();
        }
    }
}
