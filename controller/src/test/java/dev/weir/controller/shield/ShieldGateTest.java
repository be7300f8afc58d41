package dev.weir.controller.shield;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShieldGateTest {
    private static final long THRESHOLD = 600_000;
    private static final long CALM = 5_000;

    private final ShieldGate gate = new ShieldGate(THRESHOLD, CALM);

    @Test
    void shouldStayDownBelowTheThreshold() {
        assertThat(gate.look(THRESHOLD - 1, 0)).isFalse();
    }

    @Test
    void shouldGoUpAtTheThreshold() {
        assertThat(gate.look(THRESHOLD, 0)).isTrue();
    }

    @Test
    void shouldStayUpBetweenHalfTheThresholdAndTheThreshold() {
        gate.look(THRESHOLD, 0);

        for (long now = 1_000; now < 600_000; now += 1_000) {
            assertThat(gate.look(THRESHOLD / 2, now)).isTrue();
        }
    }

    @Test
    void shouldComeDownWhenItHasBeenCalmForLongEnough() {
        gate.look(THRESHOLD, 0);

        assertThat(gate.look(THRESHOLD / 2 - 1, 1_000)).isTrue();
        assertThat(gate.look(0, 1_000 + CALM - 1)).isTrue();
        assertThat(gate.look(0, 1_000 + CALM)).isFalse();
    }

    @Test
    void shouldStartTheCalmTimeAnewWhenTheFloodComesBack() {
        gate.look(THRESHOLD, 0);
        gate.look(0, 1_000);
        gate.look(THRESHOLD / 2, 5_000);

        assertThat(gate.look(0, 6_000)).isTrue();
        assertThat(gate.look(0, 6_000 + CALM - 1)).isTrue();
        assertThat(gate.look(0, 6_000 + CALM)).isFalse();
    }

    @Test
    void shouldStayUpTwiceAsLongWhenTheFloodComesBackSoonAfter() {
        gate.look(THRESHOLD, 0);
        gate.look(0, 0);
        assertThat(gate.look(0, CALM)).isFalse();
        gate.look(THRESHOLD, 2 * CALM);

        assertThat(gate.calmMillis()).isEqualTo(2 * CALM);
        gate.look(0, 2 * CALM);
        assertThat(gate.look(0, 4 * CALM - 1)).isTrue();
        assertThat(gate.look(0, 4 * CALM)).isFalse();
    }

    @Test
    void shouldForgetRelapsesAfterALongPeace() {
        gate.look(THRESHOLD, 0);
        gate.look(0, 0);
        gate.look(0, CALM);
        gate.look(THRESHOLD, 100 * CALM);

        assertThat(gate.calmMillis()).isEqualTo(CALM);
    }

    @Test
    void shouldTakeOverAShieldThatIsUpAndBringItDownWhenCalm() {
        gate.foundUp();

        assertThat(gate.look(0, 0)).isTrue();
        assertThat(gate.look(0, CALM)).isFalse();
    }

    @Property(tries = 200)
    void shouldNeverComeDownSoonerThanTheCalmTimeAfterItsLastFlood(@ForAll final long seed) {
        final Random random = new Random(seed);
        final ShieldGate any = new ShieldGate(THRESHOLD, CALM);
        long lastFlood = 0;
        boolean up = false;
        for (long now = 0; now < 400_000; now += 250 + random.nextInt(2_000)) {
            final long rate = random.nextInt(8) == 0 ? THRESHOLD : random.nextInt(250_000);
            if (rate >= THRESHOLD / 2) {
                lastFlood = now;
            }
            final boolean next = any.look(rate, now);
            if (up && !next) {
                assertThat(now - lastFlood).isGreaterThanOrEqualTo(CALM);
            }
            if (!up && next) {
                assertThat(rate).isGreaterThanOrEqualTo(THRESHOLD);
            }
            up = next;
        }
    }
}
