package dev.weir.controller.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ArrayMapTest {
    @Provide
    Arbitrary<List<Map<Integer, Optional<String>>>> histories() {
        return Arbitraries.maps(
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.of("a", "b", "c").optional(0.7))
                .list()
                .ofMaxSize(8);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldBeATreeMapWhateverIsChanged(
            @ForAll("histories") final List<Map<Integer, Optional<String>>> history) {
        final TreeMap<Integer, String> tree = new TreeMap<>();
        ArrayMap<Integer, String> map = ArrayMap.empty();
        for (final Map<Integer, Optional<String>> changes : history) {
            final TreeMap<Integer, String> treeBefore = new TreeMap<>(tree);
            final ArrayMap.Editor<Integer, String> editor = map.edit();
            changes.forEach(
                    (key, value) -> {
                        value.ifPresentOrElse(
                                text -> editor.put(key, text), () -> editor.remove(key));
                        value.ifPresentOrElse(text -> tree.put(key, text), () -> tree.remove(key));
                        assertThat(editor.get(key)).isEqualTo(tree.get(key));
                    });
            final ArrayMap<Integer, String> next = editor.build();

            assertThat(next).isEqualTo(tree).hasSameHashCodeAs(tree);
            assertThat(List.copyOf(next.entrySet())).isEqualTo(List.copyOf(tree.entrySet()));
            assertThat(next).isEqualTo(ArrayMap.copyOf(tree));
            for (int key = -1; key <= 13; key++) {
                assertThat(next.get(key)).isEqualTo(tree.get(key));
                assertThat(next.containsKey(key)).isEqualTo(tree.containsKey(key));
                assertThat(next.ceiling(key)).isEqualTo(tree.headMap(key).size());
            }
            assertThat(differences(map, next)).isEqualTo(differences(treeBefore, tree));
            assertThat(next == map).isEqualTo(treeBefore.equals(tree));
            map = next;
        }
    }

    private static Map<Integer, String> differences(
            final ArrayMap<Integer, String> before, final ArrayMap<Integer, String> after) {
        final Map<Integer, String> differences = new TreeMap<>();
        ArrayMap.compare(
                before, after, (key, then, now) -> differences.put(key, then + " to " + now));
        return differences;
    }

    private static Map<Integer, String> differences(
            final Map<Integer, String> before, final Map<Integer, String> after) {
        final Map<Integer, String> differences = new TreeMap<>();
        for (int key = 0; key <= 12; key++) {
            if (!Optional.ofNullable(before.get(key)).equals(Optional.ofNullable(after.get(key)))) {
                differences.put(key, before.get(key) + " to " + after.get(key));
            }
        }
        return differences;
    }

    @Test
    void shouldKeepTheObjectsThatSayTheSame() {
        final String old = "x".repeat(3);
        final ArrayMap.Editor<String, String> first = ArrayMap.<String, String>empty().edit();
        first.put("a", old);
        first.put("b", "y");
        final ArrayMap<String, String> before = first.build();
        final ArrayMap.Editor<String, String> editor = before.edit();
        editor.put("a", "x".repeat(3));
        editor.remove("b");

        final ArrayMap<String, String> after = editor.build();

        assertThat(after.get("a")).isSameAs(old);
        assertThat(after).containsExactly(entry("a", old));
        assertThat(ArrayMap.copyOf(after)).isSameAs(after);
    }
}
