package dev.weir.controller.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {
    @ParameterizedTest
    @CsvSource({
        "IN, a, true",
        "IN, c, false",
        "IN, , false",
        "NOT_IN, a, false",
        "NOT_IN, c, true",
        "NOT_IN, , true",
        "EXISTS, a, true",
        "EXISTS, , false",
        "DOES_NOT_EXIST, a, false",
        "DOES_NOT_EXIST, , true"
    })
    void shouldMatchAsTheOperatorSays(
            final LabelRequirement.Operator operator, final String value, final boolean matches) {
        final Set<String> values = operator.name().endsWith("IN") ? Set.of("a", "b") : Set.of();
        final LabelSelector selector =
                new LabelSelector(
                        Map.of(), List.of(new LabelRequirement("tier", operator, values)));

        assertThat(selector.matches(value == null ? Map.of() : Map.of("tier", value)))
                .isEqualTo(matches);
    }

    @Test
    void shouldWantEveryConditionMet() {
        final LabelSelector selector =
                new LabelSelector(
                        Map.of("app", "web"),
                        List.of(
                                new LabelRequirement(
                                        "tier", LabelRequirement.Operator.EXISTS, Set.of())));

        assertThat(selector.matches(Map.of("app", "web", "tier", "x"))).isTrue();
        assertThat(selector.matches(Map.of("app", "web"))).isFalse();
        assertThat(selector.matches(Map.of("tier", "x"))).isFalse();
        assertThat(LabelSelector.EVERYTHING.matches(Map.of())).isTrue();
    }
}
