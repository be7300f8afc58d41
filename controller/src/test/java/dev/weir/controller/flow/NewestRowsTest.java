package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class NewestRowsTest {
    @Property(tries = 200)
    void shouldKeepTheLargestInOrderAndCountAll(
            @ForAll final long seed,
            @ForAll @IntRange(min = 0, max = 6_000) final int count,
            @ForAll @IntRange(min = 1, max = 3_000) final int most) {
        final long[] values = new Random(seed).longs().distinct().limit(count).toArray();
        final NewestRows rows = new NewestRows(most);

        LongStream.of(values).forEach(rows::add);

        final long[] largest =
                LongStream.of(values).sorted().skip(Math.max(0, count - most)).toArray();
        assertThat(rows.sorted()).isEqualTo(largest);
        assertThat(rows.added()).isEqualTo(count);
    }
}
