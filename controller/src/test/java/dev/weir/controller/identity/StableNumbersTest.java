package dev.weir.controller.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.collection.ArrayMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StableNumbersTest {
    @Test
    void shouldGiveAKeyTheNumberItHad() {
        final StableNumbers numbers = new StableNumbers(Map.of("a", 7), 1, 100, 8);

        assertThat(numbers.of("a")).isEqualTo(7);
        assertThat(numbers.of("b")).isEqualTo(8);
        assertThat(numbers.of("b")).isEqualTo(8);
        assertThat(numbers.current()).isEqualTo(Map.of("a", 7, "b", 8));
        assertThat(numbers.next()).isEqualTo(9);
    }

    @Test
    void shouldForgetKeysThatNobodyAskedFor() {
        assertThat(new StableNumbers(Map.of("a", 7), 1, 100, 8).current()).isEmpty();
    }

    @Test
    void shouldKeepWhatNeedNotBeAskedForUntilItIsForgotten() {
        final ArrayMap<String, Integer> asked = ArrayMap.copyOf(Map.of("a", 7, "b", 8, "c", 9));
        final StableNumbers numbers = new StableNumbers(asked, asked, 1, 100, 10);
        numbers.forget("a");
        numbers.forget("b");

        assertThat(numbers.of("a")).isEqualTo(7);
        assertThat(numbers.of("d")).isEqualTo(10);
        assertThat(numbers.current()).isEqualTo(Map.of("a", 7, "c", 9, "d", 10));
    }

    @Test
    void shouldLetANumberRestBeforeItIsUsedAgain() {
        final StableNumbers numbers = new StableNumbers(Map.of(), 1, 4, 3);

        assertThat(numbers.of("a")).isEqualTo(3);
        assertThat(numbers.of("b")).isEqualTo(1);
        assertThat(numbers.of("c")).isEqualTo(2);
    }

    @Test
    void shouldNotTakeANumberThatWasInUseJustBefore() {
        final StableNumbers numbers = new StableNumbers(Map.of("gone", 1, "kept", 2), 1, 4, 1);

        assertThat(numbers.of("new")).isEqualTo(3);
    }

    @Test
    void shouldGoBeyondTheLimitOnlyWhenAllBelowAreTaken() {
        final StableNumbers numbers = new StableNumbers(Map.of("a", 1, "b", 2), 1, 3, 1);

        assertThat(numbers.of("c")).isEqualTo(3);
        assertThat(numbers.of("d")).isEqualTo(4);
        assertThat(numbers.of("a")).isEqualTo(1);
    }
}
