package dev.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.clock.KernelClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelClockSourceTest {
    private static final long READING_NANOS = 2_000;

    private long nanos;

    private KernelClock.Sample read(final long tickNanos) {
        nanos += READING_NANOS;
        return new KernelClock.Sample(nanos / tickNanos, nanos);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 250, 300, 1000})
    void shouldFindTheTicksASecondAtWhateverPointOfATickItStarts(final int hz) {
        final long tick = 1_000_000_000L / hz;
        for (long phase = 0; phase < tick; phase += tick / 97) {
            nanos = 1_000 * tick + phase;

            assertThat(KernelClockSource.measure(() -> read(tick), pause -> nanos += pause))
                    .as("started %d ns after a tick", phase)
                    .isEqualTo(hz);
        }
    }
}
