package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.layout.ControlLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RedirectionTest {
    private static final int HZ = 250;
    private static final long JIFFIES = 1L << 32 | 7;

    private final UnsafeBuffer control = new UnsafeBuffer(new byte[ControlLayout.LENGTH]);
    private final long started = System.nanoTime();
    private final KernelClock clock =
            new KernelClock(HZ, () -> new KernelClock.Sample(JIFFIES, started));
    private int graces;
    private final Redirection redirection = new Redirection(control, clock, () -> graces++);

    private long until() {
        return control.getLong(ControlLayout.REDIRECT_UNTIL_OFFSET);
    }

    @Test
    void shouldHoldForAWhileFromNow() {
        final long before = clock.longNow();
        assertThat(redirection.renew(4_000)).isTrue();

        assertThat(until()).isBetween(before + 4 * HZ, clock.longNow() + 4 * HZ);
        assertThat(before).isGreaterThanOrEqualTo(JIFFIES);
    }

    @Test
    void shouldBeOverWhenStopReturns() {
        redirection.renew(4_000);
        redirection.stop();

        assertThat(until()).isZero();
        assertThat(graces).isEqualTo(1);

        redirection.stop();
        assertThat(graces).as("nothing was on its way").isEqualTo(1);
    }

    @Test
    void shouldNotHoldAgainBeforeTheLastPauseIsOver() {
        redirection.renew(4_000);
        redirection.pause();
        redirection.pause();
        assertThat(until()).isZero();
        assertThat(redirection.renew(4_000)).isFalse();

        redirection.resume();
        assertThat(redirection.renew(4_000)).isFalse();
        assertThat(until()).isZero();

        redirection.resume();
        assertThat(redirection.renew(4_000)).isTrue();
        assertThat(until()).isPositive();
    }
}
