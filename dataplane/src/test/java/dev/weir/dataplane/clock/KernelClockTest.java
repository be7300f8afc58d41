package dev.weir.dataplane.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelClockTest {
    private static final long SECOND = 1_000_000_000L;

    private static KernelClock clock(final int hz, final long jiffies, final long ageNanos) {
        return new KernelClock(
                hz, () -> new KernelClock.Sample(jiffies, System.nanoTime() - ageNanos));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 250, 300, 1000})
    void shouldFindTheKernelsTickFromTwoSamplesAFewTicksApart(final int hz) {
        final long jiffies = 40L * hz / 1000;
        for (long off = -1; off <= 1; off++) {
            assertThat(
                            KernelClock.measure(
                                    new KernelClock.Sample(1_000, 5),
                                    new KernelClock.Sample(
                                            1_000 + jiffies, 5 + 40_000_000L + off * 500_000)))
                    .isEqualTo(hz);
        }
    }

    @Test
    void shouldRefuseSamplesInTheWrongOrder() {
        assertThatThrownBy(
                        () ->
                                KernelClock.measure(
                                        new KernelClock.Sample(1, 10),
                                        new KernelClock.Sample(2, 10)))
                .hasMessage("samples: 0 ns apart (expected: the second later)");
    }

    @Test
    void shouldTellTheWallClockOfAJiffyOnEitherSideOfAWrap() {
        final long jiffies = 0x1_0000_0002L;
        final long before = System.currentTimeMillis() * 1_000_000;
        final KernelClock clock = clock(250, jiffies, 0);
        final long after = System.currentTimeMillis() * 1_000_000;

        final long at = clock.wallNanos((int) jiffies);

        assertThat(at).isBetween(before - SECOND, after + SECOND);
        assertThat(at - clock.wallNanos((int) (jiffies - 250))).isEqualTo(SECOND);
        assertThat(clock.wallNanos((int) (jiffies + 300_000)) - at).isEqualTo(1_200 * SECOND);
    }

    @Test
    void shouldGoOnFromAnOldSample() {
        final long before = System.nanoTime();
        final KernelClock clock = clock(1000, 5_000, 10 * SECOND);

        final int now = clock.now();

        final long since = (System.nanoTime() - before) / 1_000_000;
        assertThat((long) now).isBetween(15_000L, 15_001 + since);
    }

    @Test
    void shouldRoundDurationsUp() {
        final KernelClock clock = clock(250, 0, 0);

        assertThat(clock.jiffies(1)).isEqualTo(1);
        assertThat(clock.jiffies(1_000)).isEqualTo(250);
        assertThat(clock.jiffies(1_001)).isEqualTo(251);
        assertThat(clock.jiffies(Long.MAX_VALUE / 10_000)).isEqualTo(Integer.MAX_VALUE);
        assertThat(clock.millis(250)).isEqualTo(1_000);
    }
}
