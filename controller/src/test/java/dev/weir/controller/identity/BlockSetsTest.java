package dev.weir.controller.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.compile.Scenarios;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BlockSetsTest {
    private static IpBlock block(final String cidr, final String... holes) {
        return new IpBlock(
                IpPrefix.parse(cidr), Arrays.stream(holes).map(IpPrefix::parse).toList());
    }

    @Provide
    Arbitrary<List<IpBlock>> blocks() {
        return Scenarios.blocks().list().ofMaxSize(12);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void shouldGiveEveryAddressTheBlocksThatHoldIt(@ForAll("blocks") final List<IpBlock> blocks) {
        final BlockSets sets = BlockSets.of(blocks);
        final Set<IpAddress> edges = new HashSet<>();
        for (final IpBlock block : blocks) {
            Scenarios.addEdges(block.cidr(), edges);
            block.except().forEach(hole -> Scenarios.addEdges(hole, edges));
        }
        for (final IpAddress address : edges) {
            assertThat(sets.at(address).blocks())
                    .as("%s", address)
                    .containsExactlyElementsOf(
                            blocks.stream()
                                    .filter(block -> block.contains(address))
                                    .distinct()
                                    .sorted()
                                    .toList());
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void shouldKeepNoPrefixThatSaysTheSameAsTheNextWiderOne(
            @ForAll("blocks") final List<IpBlock> blocks) {
        final BlockSets sets = BlockSets.of(blocks);
        final PrefixIndex<BlockSet> index = new PrefixIndex<>(sets.prefixes());

        sets.prefixes()
                .forEach(
                        (prefix, set) ->
                                assertThat(index.wider(prefix).orElse(sets.none()))
                                        .isNotEqualTo(set));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void shouldBeTheSameOneChangeAfterTheOtherAsAllAtOnce(
            @ForAll("blocks") final List<IpBlock> first,
            @ForAll("blocks") final List<IpBlock> second) {
        final Set<IpBlock> come = new HashSet<>(second);
        final Set<IpBlock> go = new HashSet<>(first);
        come.removeAll(first);
        go.removeAll(second);

        final BlockSets before = BlockSets.of(first);
        final BlockSets after = before.with(come, go);

        assertThat(after.prefixes()).isEqualTo(BlockSets.of(second).prefixes());
        after.prefixes()
                .forEach(
                        (prefix, set) -> {
                            final BlockSet old = before.prefixes().get(prefix);
                            if (set.equals(old)) {
                                assertThat(set).isSameAs(old);
                            }
                        });
    }

    @Test
    void shouldMakeHolesPrefixesOfTheirOwn() {
        final BlockSets sets =
                BlockSets.of(
                        List.of(
                                block("10.0.0.0/8", "10.1.0.0/16"),
                                block("10.1.2.0/24"),
                                block("0.0.0.0/0", "10.0.0.0/8")));

        assertThat(sets.prefixes().toString())
                .isEqualTo(
                        "{0.0.0.0/0=[0.0.0.0/0 except [10.0.0.0/8]],"
                                + " 10.0.0.0/8=[10.0.0.0/8 except [10.1.0.0/16]],"
                                + " 10.1.0.0/16=[], 10.1.2.0/24=[10.1.2.0/24]}");
    }

    @Test
    void shouldLeaveOutAHoleThatAnotherHoleHolds() {
        final BlockSets sets =
                BlockSets.of(List.of(block("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24")));

        assertThat(sets.prefixes().keySet())
                .containsExactly(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("10.1.0.0/16"));
    }

    @Test
    void shouldKeepTheFamiliesApart() {
        final BlockSets sets = BlockSets.of(List.of(block("::/0"), block("10.0.0.0/8")));

        assertThat(sets.at(IpAddress.parse("10.0.0.1")).blocks())
                .containsExactly(block("10.0.0.0/8"));
        assertThat(sets.at(IpAddress.parse("11.0.0.1")).isEmpty()).isTrue();
        assertThat(sets.at(IpAddress.parse("fd00::1")).blocks()).containsExactly(block("::/0"));
    }

    @Test
    void shouldFindTheLongestAndTheNextWiderPrefix() {
        final PrefixIndex<Integer> index =
                new PrefixIndex<>(
                        Map.of(
                                IpPrefix.parse("0.0.0.0/0"), 0,
                                IpPrefix.parse("10.0.0.0/8"), 8,
                                IpPrefix.parse("10.1.1.1/32"), 32));

        assertThat(index.longest(IpAddress.parse("10.1.1.1"))).contains(32);
        assertThat(index.longest(IpAddress.parse("10.1.1.2"))).contains(8);
        assertThat(index.longest(IpAddress.parse("192.0.2.1"))).contains(0);
        assertThat(index.longest(IpAddress.parse("fd00::1"))).isEmpty();
        assertThat(index.wider(IpPrefix.parse("10.1.1.1/32"))).contains(8);
        assertThat(index.wider(IpPrefix.parse("10.0.0.0/8"))).contains(0);
        assertThat(index.wider(IpPrefix.parse("0.0.0.0/0"))).isEqualTo(Optional.empty());
    }
}
