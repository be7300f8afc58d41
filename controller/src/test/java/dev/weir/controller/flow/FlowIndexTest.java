package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;

/** The index against a HashMap. */
class FlowIndexTest {
    private final UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocateDirect(40));

    @Property(tries = 100)
    void shouldFindWhatIsInItAndNothingElse(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 3_000) final int keys) {
        final Random random = new Random(seed);
        final FlowRows rows = new FlowRows(5_000);
        final FlowIndex index = new FlowIndex(rows);
        final Map<Integer, Integer> model = new HashMap<>();
        for (int i = 0; i < 6_000; i++) {
            final int id = random.nextInt(keys);
            final Integer row = model.get(id);
            assertThat(find(index, id)).isEqualTo(row == null ? FlowRow.NONE : row);
            if (row == null) {
                model.put(id, add(rows, index, id));
            } else if (random.nextInt(3) > 0) {
                index.remove(row);
                rows.release(row);
                model.remove(id);
            }
        }
        model.forEach((id, row) -> assertThat(find(index, id)).isEqualTo(row));
        assertThat(rows.used()).isEqualTo(model.size());
    }

    private int find(final FlowIndex index, final int id) {
        key.putLong(24, id);
        return index.find(key, 0);
    }

    private static int add(final FlowRows rows, final FlowIndex index, final int id) {
        final int row = rows.take();
        final FlowRow flow = rows.wrap(new FlowRow(), row);
        flow.putLong(FlowRow.KEY + 24, id);
        index.add(row);
        return row;
    }
}
