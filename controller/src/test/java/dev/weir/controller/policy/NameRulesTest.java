package dev.weir.controller.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameRulesTest {
    private static final String LONG = "a".repeat(63);

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-b_c.d", "9", "example.com/a", "a.b/C"})
    void shouldTakeALabelKey(final String key) {
        assertThat(NameRules.labelKey(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a/b/c", "-a", "a-", "a b", "A/b", "a\n", "é"})
    void shouldRefuseALabelKey(final String key) {
        assertThat(NameRules.labelKey(key)).isNotEmpty();
    }

    @Test
    void shouldBoundEveryLength() {
        assertThat(NameRules.labelKey("p/" + LONG)).isEmpty();
        assertThat(NameRules.labelKey(LONG + "a"))
                .containsExactly("name part must be no more than 63 characters");
        assertThat(NameRules.labelValue(LONG)).isEmpty();
        assertThat(NameRules.labelValue(LONG + "a"))
                .containsExactly("must be no more than 63 characters");
        assertThat(NameRules.dnsLabel(LONG)).isEmpty();
        assertThat(NameRules.dnsLabel(LONG + "a")).hasSize(1);
        assertThat(NameRules.dnsSubdomain("a".repeat(253))).isEmpty();
        assertThat(NameRules.dnsSubdomain("a".repeat(254))).hasSize(1);
        assertThat(NameRules.annotationSize(Map.of("a", "x".repeat(262_143)))).isEmpty();
        assertThat(NameRules.annotationSize(Map.of("a", "x".repeat(262_144)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "A", "-a", "a-", "", "a_b"})
    void shouldRefuseADnsLabel(final String name) {
        assertThat(NameRules.dnsLabel(name)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".a", "a.", "A.b", "a.-b", ""})
    void shouldRefuseADnsSubdomain(final String name) {
        assertThat(NameRules.dnsSubdomain(name)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "a", "a-1", "1a", "abcdefghijklmno"})
    void shouldTakeAPortName(final String name) {
        assertThat(NameRules.portName(name)).isEmpty();
    }

    @Test
    void shouldTakeAnEmptyLabelValue() {
        assertThat(NameRules.labelValue("")).isEmpty();
        assertThat(NameRules.labelValue("-")).hasSize(1);
    }
}
