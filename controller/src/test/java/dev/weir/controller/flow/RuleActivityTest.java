package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.table.RuleCounters;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RuleActivityTest {
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(16 * 8));
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final RuleActivity activity =
            new RuleActivity(
                    new RuleCounters(new AtomicBuffer[] {memory}, 8),
                    new Clock() {
                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(final ZoneId zone) {
                            return this;
                        }

                        @Override
                        public Instant instant() {
                            return now;
                        }
                    });

    private void count(final int rule, final long packets) {
        memory.putLong(rule * 16, packets);
        memory.putLong(rule * 16 + 8, packets * 100);
    }

    @Test
    void shouldNotKnowWhenWhatWasCountedBeforeTheStartWas() {
        count(1, 5);
        activity.sample(List.of(1));

        assertThat(activity.hits(1).packets()).isEqualTo(5);
        assertThat(activity.hits(1).bytes()).isEqualTo(500);
        assertThat(activity.hits(1).last()).isEmpty();
    }

    @Test
    void shouldKeepTheTimeOfTheLastHit() {
        activity.sample(List.of(1));
        count(1, 5);
        activity.sample(List.of(1));
        final Instant hit = now;
        now = now.plusSeconds(60);
        activity.sample(List.of(1));

        assertThat(activity.hits(1).last()).contains(hit);
        count(1, 6);
        assertThat(activity.hits(1).last()).contains(now);
    }

    @Test
    void shouldKnowTheHitsOfARuleThatCameLater() {
        activity.sample(List.of(1));
        count(2, 3);
        activity.sample(List.of(1, 2));

        assertThat(activity.hits(2).last()).contains(now);
        assertThat(activity.hits(3).last()).isEmpty();
    }

    @Test
    void shouldHaveNoCountsOfARuleBeyondTheTable() {
        assertThat(activity.hits(8)).isEqualTo(activity.hits(9));
        assertThat(activity.hits(8).packets()).isZero();
    }
}
