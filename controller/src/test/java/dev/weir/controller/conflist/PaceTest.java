package dev.weir.controller.conflist;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();
    private long now = -5;

    @Test
    void shouldLetTheFirstTimeBeAtOnce() {
        assertThat(pace.remaining(now)).isZero();
    }

    @Test
    void shouldDoubleTheWaitUpToFiveMinutes() {
        long expected = SECONDS.toNanos(1);
        for (int i = 0; i < 15; i++) {
            pace.done(now);

            assertThat(pace.remaining(now)).isEqualTo(expected);
            assertThat(pace.remaining(now + 1)).isEqualTo(expected - 1);
            now += expected;
            assertThat(pace.remaining(now)).isZero();
            expected = Math.min(2 * expected, MINUTES.toNanos(5));
        }
    }

    @Test
    void shouldStartAgainAfterACalmTime() {
        pace.done(now);
        pace.done(now + SECONDS.toNanos(1));
        now += SECONDS.toNanos(1) + MINUTES.toNanos(10);

        pace.done(now);

        assertThat(pace.remaining(now)).isEqualTo(SECONDS.toNanos(1));
    }
}
