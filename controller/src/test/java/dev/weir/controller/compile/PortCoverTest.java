package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PortCoverTest {
    @Provide
    Arbitrary<List<PortCover.Range>> ranges() {
        final Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65535);
        return Combinators.combine(ports, ports)
                .as((a, b) -> new PortCover.Range(Math.min(a, b), Math.max(a, b)))
                .list()
                .ofMaxSize(6);
    }

    @Property(tries = 300)
    void shouldHoldExactlyThePortsOfTheRanges(
            @ForAll("ranges") final List<PortCover.Range> ranges) {
        final BitSet expected = new BitSet();
        ranges.forEach(range -> expected.set(range.first(), range.last() + 1));
        final BitSet covered = new BitSet();
        for (final PortCover.Prefix prefix : PortCover.of(ranges)) {
            final int size = 1 << 16 - prefix.length();
            assertThat(prefix.port() % size).isZero();
            assertThat(covered.get(prefix.port(), prefix.port() + size).isEmpty()).isTrue();
            covered.set(prefix.port(), prefix.port() + size);
        }
        assertThat(covered).isEqualTo(expected);
    }

    @Property(tries = 300)
    void shouldUseTheFewestPrefixes(@ForAll("ranges") final List<PortCover.Range> ranges) {
        final BitSet wanted = new BitSet();
        ranges.forEach(range -> wanted.set(range.first(), range.last() + 1));

        assertThat(PortCover.of(ranges)).hasSize(fewest(wanted, 0, 65536));
    }

    /** By halving: a whole half is one prefix. */
    private static int fewest(final BitSet wanted, final int begin, final int end) {
        final int set = wanted.get(begin, end).cardinality();
        if (set == 0 || set == end - begin) {
            return set == 0 ? 0 : 1;
        }
        final int middle = (begin + end) / 2;
        return fewest(wanted, begin, middle) + fewest(wanted, middle, end);
    }

    @Test
    void shouldCoverKnownRanges() {
        assertThat(cover(0, 65535)).containsExactly(new PortCover.Prefix(0, 0));
        assertThat(cover(80, 80)).containsExactly(new PortCover.Prefix(16, 80));
        assertThat(cover(1, 65535)).hasSize(16);
        assertThat(cover(1, 65534)).hasSize(30);
        assertThat(cover(1024, 2047)).containsExactly(new PortCover.Prefix(6, 1024));
    }

    @Test
    void shouldJoinNeighbours() {
        assertThat(
                        PortCover.of(
                                List.of(
                                        new PortCover.Range(82, 83),
                                        new PortCover.Range(80, 80),
                                        new PortCover.Range(81, 81))))
                .containsExactly(new PortCover.Prefix(14, 80));
        assertThat(PortCover.of(List.of())).isEmpty();
    }

    private static List<PortCover.Prefix> cover(final int first, final int last) {
        return PortCover.of(List.of(new PortCover.Range(first, last)));
    }
}
