package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.RowVerdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every policy table must do; each implementation extends this and adds nothing. */
abstract class PolicyTableContract {
    static final int CAPACITY = 10_000;

    abstract PolicyTable table();

    private static PolicyKey key(final int identity) {
        return new PolicyKey(7, identity, Direction.EGRESS, 6, 16, 443);
    }

    private static PolicyRow row(final int rule) {
        return PolicyRow.enforced(RowVerdict.ALLOW, rule, 1000 + rule).withPrefixLengths(0x1_0001);
    }

    private static Map<PolicyKey, PolicyRow> rows(final int from, final int to) {
        final Map<PolicyKey, PolicyRow> rows = new HashMap<>();
        for (int i = from; i < to; i++) {
            rows.put(key(i), row(i));
        }
        return rows;
    }

    @Test
    void shouldReadBackWhatWasWritten() {
        final Map<PolicyKey, PolicyRow> rows =
                Map.of(
                        PolicyKey.root(1, 0, Direction.INGRESS),
                        PolicyRow.root(1 << 16 | 1 << 3),
                        new PolicyKey(0xFFFF_FFFE, 0xFFFF_FFFD, Direction.EGRESS, 132, 3, 0xE000),
                        PolicyRow.audited(RowVerdict.DENY, 65_535, 0xFFFF_FFFF),
                        new PolicyKey(1, 300, Direction.INGRESS, 17, 16, 65_535),
                        new PolicyRow(RowVerdict.DENY, 1, 2, RowVerdict.ALLOW, 4, 5, 3, true));

        table().putAll(rows);

        assertThat(table().readAll()).isEqualTo(rows);
        assertThat(table().size()).isEqualTo(3);
        assertThat(table().capacity()).isEqualTo(CAPACITY);
    }

    @Test
    void shouldReplaceTheValueOfAnExistingRow() {
        table().putAll(Map.of(key(1), row(1)));
        table().putAll(Map.of(key(1), row(2)));

        assertThat(table().readAll()).isEqualTo(Map.of(key(1), row(2)));
        assertThat(table().size()).isEqualTo(1);
    }

    @Test
    void shouldWriteReadAndRemoveMoreRowsThanOneBatchHolds() {
        final Map<PolicyKey, PolicyRow> rows = rows(0, 9_500);
        table().putAll(rows);
        assertThat(table().readAll()).isEqualTo(rows);

        table().removeAll(rows(0, 9_000).keySet());

        assertThat(table().readAll()).isEqualTo(rows(9_000, 9_500));
        assertThat(table().size()).isEqualTo(500);
    }

    @Test
    void shouldPassOverKeysThatAreNotThere() {
        table().putAll(rows(0, 10));

        table().removeAll(List.of(key(5), key(77), key(6), key(78)));

        assertThat(table().size()).isEqualTo(8);
        assertThat(table().readAll()).doesNotContainKeys(key(5), key(6));
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndChangeNothing() {
        table().putAll(rows(0, CAPACITY - 1));

        assertThatThrownBy(() -> table().putAll(rows(CAPACITY, CAPACITY + 2)))
                .isInstanceOf(TableFullException.class)
                .hasMessage("weir_policy: 10001 entries needed (capacity: 10000)");

        assertThat(table().readAll()).isEqualTo(rows(0, CAPACITY - 1));
        table().putAll(rows(CAPACITY, CAPACITY + 1));
        assertThat(table().size()).isEqualTo(CAPACITY);
    }

    @Test
    void shouldTakeNothingForAnEmptyRequest() {
        table().putAll(Map.of());
        table().removeAll(List.of());

        assertThat(table().readAll()).isEmpty();
    }
}
