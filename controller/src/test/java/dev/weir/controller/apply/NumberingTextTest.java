package dev.weir.controller.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.compile.Numbering;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NumberingTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Numbering numbering(final Map<String, Integer> rules, final int nextRule) {
        return new Numbering(
                Map.of("pod\0default\0app=\"a\\b\"\0\0", 256, "cidr\00010.0.0.0/8", 257),
                rules,
                Map.of("abc", 1),
                258,
                nextRule,
                2);
    }

    private static Numbering readBack(final NumberingText text) throws IOException {
        final JsonNode json = JSON.readTree(JSON.writeValueAsBytes(text.json()));
        return NumberingText.decode(json);
    }

    @Test
    void shouldBeReadAsItWasWritten() throws IOException {
        final Numbering numbering = numbering(Map.of("r/0", 5, "r/1", 6), 7);

        assertThat(readBack(NumberingText.EMPTY.next(numbering))).isEqualTo(numbering);
        assertThat(readBack(NumberingText.EMPTY)).isEqualTo(Numbering.EMPTY);
    }

    @Test
    void shouldWriteOnlyPartsThatAreNewObjects() throws IOException {
        final Numbering before = numbering(Map.of("r/0", 5), 6);
        final NumberingText text = NumberingText.EMPTY.next(before);
        final Numbering after =
                new Numbering(before.identities(), Map.of("r/1", 6), before.policies(), 258, 7, 2);

        final NumberingText next = text.next(after);

        assertThat(next.identities()).isSameAs(text.identities());
        assertThat(next.policies()).isSameAs(text.policies());
        assertThat(readBack(next)).isEqualTo(after);
    }
}
